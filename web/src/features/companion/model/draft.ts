const KEY = "fumetto-asks.";
const MOST = 30;

/** A question that is being written, and the id it is asked under, so that trying again asks nothing twice. */
export interface Draft {
  text: string;
  requestId: string;
}

/** A random UUID; the browser's own is not to be had over plain HTTP. */
export function newRequestId(): string {
  const digits = [...crypto.getRandomValues(new Uint8Array(16))].map((byte, at) => (at === 6 ? (byte & 15) | 64 : at === 8 ? (byte & 63) | 128 : byte).toString(16).padStart(2, "0")).join("");
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join("-");
}

export function readDraft(sessionId: string): Draft {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY + sessionId) ?? "null") as Partial<Draft> | null;
    if (kept && typeof kept.text === "string" && typeof kept.requestId === "string") return { text: kept.text, requestId: kept.requestId };
  } catch {
    // Something else, or no storage: there is no draft.
  }
  return { text: "", requestId: newRequestId() };
}

/** Another text is another question. */
export function withText(draft: Draft, text: string): Draft {
  return text.trim() === draft.text.trim() ? { ...draft, text } : { text, requestId: newRequestId() };
}

export function keepDraft(sessionId: string, draft: Draft): void {
  try {
    if (!draft.text.trim()) {
      localStorage.removeItem(KEY + sessionId);
      return;
    }
    // Taken out first, so that the keys stay in the order in which they were last written.
    localStorage.removeItem(KEY + sessionId);
    localStorage.setItem(KEY + sessionId, JSON.stringify(draft));
    const kept = Object.keys(localStorage).filter((key) => key.startsWith(KEY) && key !== KEY + sessionId);
    for (const key of kept.slice(0, Math.max(0, kept.length + 1 - MOST))) localStorage.removeItem(key);
  } catch {
    // Storage is full or switched off: it is kept for as long as the page is open.
  }
}

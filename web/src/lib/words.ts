import { type MessageFormatElement } from "@formatjs/icu-messageformat-parser";

import { apiUrl } from "./base";

/** To whom the interface speaks: texts may differ for the young and for those who look after them. */
export type Audience = "all" | "teenager" | "parent";
type Texts = Record<string, string>;
type Messages = Record<string, MessageFormatElement[]>;

const AUDIENCE = "fumetto-audience";
const SOONEST = 60_000;
/** So long the first screen waits for what the operator says otherwise; after that it shows what was said last. */
const PATIENCE = 900;

const listeners = new Set<() => void>();

/** Calls back when texts may have changed: somebody of another age is signed in, or the operator has changed some. */
export function onWords(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Looks for changed texts now. */
export function renewWords(): void {
  for (const listener of listeners) listener();
}

export function audience(): Audience {
  const known = remembered(AUDIENCE);
  return known === "teenager" || known === "parent" ? known : "all";
}

/** Speak to somebody: a minor, a grown-up, or nobody who is known. */
export function speakTo(person: { is_minor: boolean } | null): void {
  const now = person === null ? "all" : person.is_minor ? "teenager" : "parent";
  if (now === audience()) return;
  remember(AUDIENCE, now);
  renewWords();
}

/** What the operator says otherwise than the texts that were built in, parsed. Never throws: without an answer in time
 * it is what was said last on this device. */
export async function saidOtherwise(language: string, patience = PATIENCE): Promise<Messages> {
  const place = `fumetto-words-${language}-${audience()}`;
  const texts = (await Promise.race([asked(language), after(patience)])) ?? known(place);
  remember(place, Object.keys(texts).length ? JSON.stringify(texts) : "");
  return parsed(texts);
}

async function asked(language: string): Promise<Texts | null> {
  try {
    const answer = await fetch(apiUrl(`words/${language}.json?variant=${audience()}`), { credentials: "same-origin" });
    if (!answer.ok) return null;
    const { texts } = (await answer.json()) as { texts?: unknown };
    return typeof texts === "object" && texts !== null ? (texts as Texts) : null;
  } catch {
    return null;
  }
}

const after = (milliseconds: number) => new Promise<null>((resolve) => setTimeout(() => resolve(null), milliseconds));

function known(place: string): Texts {
  try {
    return (JSON.parse(remembered(place) || "{}") ?? {}) as Texts;
  } catch {
    return {};
  }
}

/** The parser comes only where there is something to parse. A text that it refuses is left as it was built in. */
export async function parsed(texts: Texts): Promise<Messages> {
  const entries = Object.entries(texts);
  if (!entries.length) return {};
  const { parse } = await import("@icu-parser");
  const messages: Messages = {};
  for (const [key, text] of entries) {
    try {
      messages[key] = parse(text, { requiresOtherClause: true });
    } catch {
      console.warn(`The text for ${key} cannot be read, so the one that came with Fumetto is shown.`);
    }
  }
  return messages;
}

/** Looks for changed texts when somebody comes back to this window, once a minute at most. */
export function renewOnReturn(): () => void {
  let last = Date.now();
  const returned = () => {
    if (document.visibilityState !== "visible" || Date.now() - last < SOONEST) return;
    last = Date.now();
    renewWords();
  };
  document.addEventListener("visibilitychange", returned);
  return () => document.removeEventListener("visibilitychange", returned);
}

function remembered(name: string): string {
  try {
    return localStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}

function remember(name: string, value: string): void {
  try {
    if (value) localStorage.setItem(name, value);
    else localStorage.removeItem(name);
  } catch {
    // Storage is switched off: it is asked for anew each time.
  }
}

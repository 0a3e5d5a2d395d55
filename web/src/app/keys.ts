const EVENT = "fumetto:keys";

export function showKeys(): void {
  window.dispatchEvent(new Event(EVENT));
}

/** Calls back when the sheet of keys is asked for; returns how to stop. */
export function onShowKeys(open: () => void): () => void {
  window.addEventListener(EVENT, open);
  return () => window.removeEventListener(EVENT, open);
}

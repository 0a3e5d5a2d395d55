const EVENT = "fumetto:search";

/** Opens the search over whatever is on the screen. */
export function openSearch(words = ""): void {
  window.dispatchEvent(new CustomEvent(EVENT, { detail: words }));
}

/** Calls back when the search is asked for; returns how to stop. */
export function onOpenSearch(open: (words: string) => void): () => void {
  const listen = (event: Event) => open((event as CustomEvent<string>).detail);
  window.addEventListener(EVENT, listen);
  return () => window.removeEventListener(EVENT, listen);
}

const KEY = "fumetto-searches";
const MOST = 8;

/** What was searched for on this device, newest first. Kept here and nowhere else. */
export function recentSearches(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one): one is string => typeof one === "string" && one.trim() !== "").slice(0, MOST) : [];
  } catch {
    return [];
  }
}

export function rememberSearch(words: string): void {
  const said = words.trim().slice(0, 200);
  if (!said) return;
  keep([said, ...recentSearches().filter((one) => one.toLocaleLowerCase() !== said.toLocaleLowerCase())].slice(0, MOST));
}

export function forgetSearches(): void {
  keep([]);
}

function keep(searches: string[]): void {
  try {
    if (searches.length) localStorage.setItem(KEY, JSON.stringify(searches));
    else localStorage.removeItem(KEY);
  } catch {
    // Storage is switched off: nothing is remembered.
  }
}

import { useSyncExternalStore } from "react";

const KEY = "fumetto-hide-unread";

export interface Hiding {
  /** Titles of episodes not read yet are not shown. */
  titles: boolean;
  /** Nor are their covers and thumbnails. */
  covers: boolean;
}

const SHOWN: Hiding = { titles: false, covers: false };
let current = load();
const listeners = new Set<() => void>();

function load(): Hiding {
  try {
    return { ...SHOWN, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Hiding>) };
  } catch {
    return SHOWN;
  }
}

/** What this reader prefers not to see of episodes they have not read, on this device. */
export function useHiding(): Hiding {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

export function hide(next: Hiding): void {
  current = next;
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

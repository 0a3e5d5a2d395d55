import { useSyncExternalStore } from "react";

const KEY = "fumetto-put-away";
const MOST = 100;

let known: ReadonlySet<string> = new Set(read());
const listeners = new Set<() => void>();

function read(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}

/** This device shows it no more. */
export function putAway(id: string): void {
  known = new Set([...known, id].slice(-MOST));
  try {
    localStorage.setItem(KEY, JSON.stringify([...known]));
  } catch {
    // Storage is full or switched off: it stays away as long as the page does.
  }
  for (const listener of listeners) listener();
}

/** What somebody has seen on this device and put away. */
export function usePutAway(): ReadonlySet<string> {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => known,
  );
}

import { useLayoutEffect, useSyncExternalStore } from "react";

let rooms = 0;
const listeners = new Set<() => void>();

function change(by: 1 | -1) {
  rooms += by;
  for (const listener of listeners) listener();
}

/** While this is shown everything is dark, menus and dialogs too, whatever theme was chosen. */
export function useTheatre(): void {
  useLayoutEffect(() => {
    change(1);
    return () => change(-1);
  }, []);
}

/** Whether a dark room is open. */
export function useInTheatre(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => rooms > 0,
  );
}

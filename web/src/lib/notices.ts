import { useSyncExternalStore } from "react";

export interface Notice {
  id: number;
  text: string;
  tone: "plain" | "problem";
  undo?: () => void;
}

type Listener = () => void;

let notices: readonly Notice[] = [];
let last = 0;
const listeners = new Set<Listener>();

function set(next: readonly Notice[]) {
  notices = next;
  for (const listener of listeners) listener();
}

/** Says something at the edge of the screen, and offers to take it back. At most three stand at a time. */
export function notify(text: string, { tone = "plain", undo }: { tone?: Notice["tone"]; undo?: () => void } = {}): number {
  last += 1;
  const notice: Notice = undo ? { id: last, text, tone, undo } : { id: last, text, tone };
  set([...notices.slice(-2), notice]);
  return notice.id;
}

export function dismiss(id: number): void {
  set(notices.filter((notice) => notice.id !== id));
}

export function useNotices(): readonly Notice[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => notices,
  );
}

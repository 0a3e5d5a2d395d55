/** What is edited, with the steps that led to it. */
export interface History<T> {
  past: readonly T[];
  now: T;
  future: readonly T[];
  /** What the last step was about; the next one about the same joins it. */
  about: string | null;
}

export const beginning = <T>(now: T): History<T> => ({ past: [], now, future: [], about: null });

const LONGEST = 200;

/** One more step. Steps in a row about the same thing, as letters typed into a field, are undone together. */
export function stepped<T>({ past, now, about: last }: History<T>, next: T, about: string | null = null): History<T> {
  const joins = about !== null && about === last;
  return { past: joins ? past : [...past, now].slice(-LONGEST), now: next, future: [], about };
}

export function undone<T>({ past, now, future, about }: History<T>): History<T> {
  const before = past.at(-1);
  return before === undefined ? { past, now, future, about } : { past: past.slice(0, -1), now: before, future: [now, ...future], about: null };
}

export function redone<T>({ past, now, future, about }: History<T>): History<T> {
  const [next, ...rest] = future;
  return next === undefined ? { past, now, future, about } : { past: [...past, now], now: next, future: rest, about: null };
}

import { useState } from "react";

export interface Field<V> {
  value: V;
  onChange: (value: V) => void;
  /** Whether rescans will leave it as it is once this is saved. */
  locked: boolean;
  toggleLock: () => void;
}

export interface Draft<T> {
  field: <K extends keyof T & string>(name: K) => Field<T[K]>;
  /** What to send: values that changed or are to be locked as they are, and the locks to open. */
  changes: () => Partial<T> & { unlock?: string[] };
  dirty: boolean;
  /** Says what a field holds that was not known at the beginning, as one that is told only when it is asked for. */
  learn: <K extends keyof T & string>(name: K, value: T[K]) => void;
}

/** Values being edited, each with its lock against rescans. Changing a value locks it; a lock can be opened and closed by hand. */
export function useDraft<T extends object>(given: T, lockedFields: readonly string[]): Draft<T> {
  const [initial, setInitial] = useState(given);
  const [values, setValues] = useState(given);
  const [locks, setLocks] = useState<ReadonlySet<string>>(() => new Set(lockedFields));
  const names = Object.keys(initial) as (keyof T & string)[];
  const changed = (name: keyof T & string) => JSON.stringify(values[name]) !== JSON.stringify(initial[name]);
  const wasLocked = (name: string) => lockedFields.includes(name);

  const field = <K extends keyof T & string>(name: K): Field<T[K]> => ({
    value: values[name],
    onChange: (value) => {
      setValues((before) => ({ ...before, [name]: value }));
      setLocks((before) => new Set(before).add(name));
    },
    locked: locks.has(name),
    toggleLock: () =>
      setLocks((before) => {
        const next = new Set(before);
        if (!next.delete(name)) next.add(name);
        return next;
      }),
  });

  const changes = () => {
    const send: Partial<T> & { unlock?: string[] } = {};
    for (const name of names) if (changed(name) || (locks.has(name) && !wasLocked(name))) send[name] = values[name];
    const unlock = names.filter((name) => !locks.has(name) && (wasLocked(name) || changed(name)));
    if (unlock.length) send.unlock = unlock;
    return send;
  };
  const dirty = names.some((name) => changed(name) || locks.has(name) !== wasLocked(name));
  const learn = <K extends keyof T & string>(name: K, value: T[K]) => {
    setInitial((before) => ({ ...before, [name]: value }));
    setValues((before) => ({ ...before, [name]: value }));
  };
  return { field, changes, dirty, learn };
}

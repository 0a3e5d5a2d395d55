import { useCallback, useMemo, useRef, useState } from "react";

export interface Selection {
  active: boolean;
  ids: ReadonlySet<string>;
  start: (first?: string) => void;
  stop: () => void;
  /** Adds or takes away one; with `range`, everything from the last one touched to this one. */
  toggle: (id: string, range?: boolean) => void;
  set: (ids: Iterable<string>) => void;
}

/** Choosing many of a list whose order is `order`. */
export function useSelection(order: readonly string[]): Selection {
  const [active, setActive] = useState(false);
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const anchor = useRef<string | null>(null);
  const toggle = useCallback(
    (id: string, range = false) => {
      setIds((before) => {
        const next = new Set(before);
        const [from, to] = [anchor.current ? order.indexOf(anchor.current) : -1, order.indexOf(id)];
        if (range && from >= 0 && to >= 0) {
          for (const one of order.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(one);
        } else if (!next.delete(id)) next.add(id);
        anchor.current = id;
        return next;
      });
      setActive(true);
    },
    [order],
  );
  const start = useCallback((first?: string) => {
    setIds(new Set(first ? [first] : []));
    anchor.current = first ?? null;
    setActive(true);
  }, []);
  const stop = useCallback(() => {
    setIds(new Set());
    anchor.current = null;
    setActive(false);
  }, []);
  const set = useCallback((next: Iterable<string>) => setIds(new Set(next)), []);
  return useMemo(() => ({ active, ids, start, stop, toggle, set }), [active, ids, start, stop, toggle, set]);
}

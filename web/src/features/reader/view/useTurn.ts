import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

import { clipPath, easeInOut, foldOf, mirrored, pathOfTurn, reachable, type Leaf, type Point } from "../model/curl";

const TURN_MS = 560;
const SETTLE_MS = 260;

export interface Turning {
  delta: 1 | -1;
  /** Which side of the spine the leaf is lifted from: 1 right, -1 left. */
  side: 1 | -1;
  /** A leaf that comes back from the other side, as the last page does in the single layout. */
  reversed: boolean;
}

interface Options {
  /** Holds the elements that a turn moves, each marked with `data-part`. */
  book: RefObject<HTMLElement | null>;
  leaf: Leaf;
  onTurned: (delta: 1 | -1) => void;
}

/** The elements that a turn moves, and the hands that move them: by itself, or after a pointer. */
export function useTurn({ book, leaf, onTurned }: Options) {
  const [turning, setTurning] = useState<Turning | null>(null);
  const corner = useRef<Point>({ x: leaf.width, y: leaf.height });
  const pulled = useRef<Point>({ x: leaf.width, y: leaf.height });
  const frame = useRef(0);
  const live = useRef<Turning | null>(null);
  const dragged = useRef(false);

  const draw = () => {
    const now = live.current;
    const part = (name: string) => book.current?.querySelector<HTMLElement>(`[data-part="${name}"]`);
    const [front, back, fold, cast] = ["front", "back", "fold", "cast"].map(part);
    if (!now || !front || !back) return;
    const { width } = leaf;
    const { flat, lifted, back: matrix, at, across, progress } = foldOf(reachable(pulled.current, corner.current, leaf), corner.current, leaf);
    const right = now.side === 1;
    const onLeaf = (points: Point[]) => (right ? points : points.map(({ x, y }) => ({ x: width - x, y })));
    const onBack = (points: Point[]) => (right ? points.map(({ x, y }) => ({ x: width - x, y })) : points);
    front.style.clipPath = clipPath(onLeaf(flat));
    back.style.clipPath = clipPath(onBack(lifted));
    back.style.transform = `matrix(${(right ? matrix : mirrored(matrix, width)).map((part) => part.toFixed(5)).join(",")})`;
    back.style.visibility = lifted.length ? "visible" : "hidden";
    const depth = Math.sin(progress * Math.PI);
    if (fold) {
      const [foot] = onBack([at]);
      const angle = Math.atan2(across.y, right ? -across.x : across.x);
      fold.style.transform = `translate(${foot?.x ?? 0}px, ${foot?.y ?? 0}px) rotate(${angle}rad)`;
      fold.style.opacity = String(0.25 + 0.75 * depth);
    }
    if (cast) {
      const [foot] = onLeaf([at]);
      const angle = Math.atan2(across.y, right ? across.x : -across.x);
      cast.style.transform = `translate(${foot?.x ?? 0}px, ${foot?.y ?? 0}px) rotate(${angle}rad)`;
      cast.style.opacity = String(depth);
    }
  };
  const drawLatest = useRef(draw);
  useLayoutEffect(() => {
    drawLatest.current = draw;
  });

  const end = useCallback(
    (turned: boolean) => {
      cancelAnimationFrame(frame.current);
      const now = live.current;
      live.current = null;
      dragged.current = false;
      setTurning(null);
      if (now && turned) onTurned(now.delta);
    },
    [onTurned],
  );

  const animate = useCallback(
    (place: (share: number) => Point, milliseconds: number, turned: boolean) => {
      cancelAnimationFrame(frame.current);
      const started = performance.now();
      const step = (time: number) => {
        const share = Math.min(1, Math.max(0, (time - started) / milliseconds));
        pulled.current = place(easeInOut(share));
        drawLatest.current();
        if (share < 1) frame.current = requestAnimationFrame(step);
        else end(turned);
      };
      frame.current = requestAnimationFrame(step);
    },
    [end],
  );

  /** Where the corner rests before the turn, and where after it. */
  const rest = (now: Turning, after: boolean): Point => ({ x: now.reversed === after ? leaf.width : -leaf.width, y: corner.current.y });

  const begin = (now: Turning, fromTop: boolean) => {
    if (live.current) end(!dragged.current);
    corner.current = { x: leaf.width, y: fromTop ? 0 : leaf.height };
    pulled.current = rest(now, false);
    live.current = now;
    setTurning(now);
  };

  /** Turns the leaf by itself; a turn under way is finished at once first. */
  const turn = (now: Turning) => {
    begin(now, false);
    const path = (share: number) => pathOfTurn(now.reversed ? 1 - share : share, corner.current, leaf);
    animate(path, TURN_MS, true);
  };

  const drag = (now: Turning, fromTop: boolean) => {
    begin(now, fromTop);
    dragged.current = true;
  };

  /** The pointer is here now, in coordinates of the spread with x from the spine. */
  const pull = (point: Point) => {
    const now = live.current;
    if (!now || !dragged.current) return;
    pulled.current = { x: point.x * now.side, y: point.y };
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => drawLatest.current());
  };

  /** Lets go: the leaf falls to the side it is nearer to, or the one it was thrown to. */
  const release = (thrown: number) => {
    const now = live.current;
    if (!now || !dragged.current) return;
    const from = reachable(pulled.current, corner.current, leaf);
    const across = thrown * now.side;
    const over = Math.abs(across) > 0.4 ? across < 0 : from.x < 0;
    const turned = over !== now.reversed;
    const to = rest(now, turned);
    animate((share) => ({ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }), SETTLE_MS, turned);
  };

  useLayoutEffect(() => {
    if (turning) drawLatest.current();
  }, [turning]);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  return { turning, turn, drag, pull, release, busy: () => live.current !== null };
}

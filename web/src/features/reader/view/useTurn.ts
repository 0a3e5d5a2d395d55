import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";

import { clipPath, easeInOut, foldOf, mirrored, pathOfTurn, reachable, type Leaf, type Point } from "../model/curl";

const TURN_MS = 560;
const SETTLE_MS = 260;
const UNIT: Leaf = { width: 1, height: 1 };

export interface Turning {
  delta: 1 | -1;
  /** The opening it starts from. */
  from: number;
  /** Which side of the spine the leaf is lifted from: 1 right, -1 left. */
  side: 1 | -1;
  /** A leaf that comes back from the other side, as the last page does in the single layout. */
  reversed: boolean;
}

interface Options {
  /** Holds the elements that a turn moves, each marked with `data-part`. */
  book: RefObject<HTMLElement | null>;
  /** The size of the leaf that turns, in CSS pixels. */
  leafOf: (turning: Turning) => Leaf;
  onTurned: (turning: Turning) => void;
}

/**
 * The elements that a turn moves, and the hands that move them: by itself, or after a pointer. Places are kept in
 * shares of the leaf, so that a window that changes its size in the middle of a turn changes nothing else.
 */
export function useTurn({ book, leafOf, onTurned }: Options) {
  const [turning, setTurning] = useState<Turning | null>(null);
  /** Which corner is pulled: the outer one at the top, or at the bottom. */
  const corner = useRef<Point>({ x: 1, y: 1 });
  const pulled = useRef<Point>({ x: 1, y: 1 });
  const frame = useRef(0);
  const live = useRef<Turning | null>(null);
  /** Whether the leaf is on its way over, rather than held or falling back. */
  const over = useRef(false);
  const held = useRef(false);

  const draw = () => {
    const now = live.current;
    const part = (name: string) => book.current?.querySelector<HTMLElement>(`[data-part="${name}"]`);
    const [front, back, fold, cast] = ["front", "back", "fold", "cast"].map(part);
    if (!now || !front || !back) return;
    const leaf = leafOf(now);
    const { width, height } = leaf;
    const inPixels = ({ x, y }: Point): Point => ({ x: x * width, y: y * height });
    const anchor = inPixels(corner.current);
    const { flat, lifted, back: matrix, at, across, progress } = foldOf(reachable(inPixels(pulled.current), anchor, leaf), anchor, leaf);
    const right = now.side === 1;
    const onLeaf = (points: Point[]) => (right ? points : points.map(({ x, y }) => ({ x: width - x, y })));
    const onBack = (points: Point[]) => (right ? points.map(({ x, y }) => ({ x: width - x, y })) : points);
    front.style.clipPath = clipPath(onLeaf(flat));
    back.style.clipPath = clipPath(onBack(lifted));
    back.style.transform = `matrix(${(right ? matrix : mirrored(matrix, width)).map((part) => part.toFixed(5)).join(",")})`;
    back.style.visibility = lifted.length ? "visible" : "hidden";
    // A back that nothing is printed on is not there any more when the leaf has come down.
    back.style.opacity = back.dataset.blank === undefined ? "1" : String(1 - progress ** 4);
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

  const end = (turned: boolean) => {
    cancelAnimationFrame(frame.current);
    const now = live.current;
    live.current = null;
    held.current = false;
    setTurning(null);
    if (now && turned) onTurned(now);
  };
  const endLatest = useRef(end);
  useLayoutEffect(() => {
    endLatest.current = end;
  });

  const animate = (place: (share: number) => Point, milliseconds: number, turned: boolean) => {
    cancelAnimationFrame(frame.current);
    over.current = turned;
    held.current = false;
    const started = performance.now();
    const step = (time: number) => {
      const share = Math.min(1, Math.max(0, (time - started) / milliseconds));
      pulled.current = place(easeInOut(share));
      drawLatest.current();
      if (share < 1) frame.current = requestAnimationFrame(step);
      else endLatest.current(turned);
    };
    frame.current = requestAnimationFrame(step);
  };

  /** Where the corner rests before the turn, and where after it. */
  const rest = (now: Turning, after: boolean): Point => ({ x: now.reversed === after ? 1 : -1, y: corner.current.y });

  /** Finishes at once what is under way; the openings that this has turned by. */
  const settle = (): number => {
    const now = live.current;
    if (!now) return 0;
    end(over.current);
    return over.current ? now.delta : 0;
  };

  const begin = (now: Turning, fromTop: boolean) => {
    corner.current = { x: 1, y: fromTop ? 0 : 1 };
    pulled.current = rest(now, false);
    over.current = false;
    live.current = now;
    setTurning(now);
  };

  /** Turns the leaf by itself. */
  const turn = (now: Turning) => {
    begin(now, false);
    animate((share) => pathOfTurn(now.reversed ? 1 - share : share, corner.current, UNIT), TURN_MS, true);
  };

  /** Takes the leaf by its corner; it stays where it is pulled until it is let go. */
  const take = (now: Turning, fromTop: boolean) => {
    begin(now, fromTop);
    held.current = true;
  };

  /** The corner is to come here now, in leaves from the spine towards the side the leaf is lifted from, and from the top. */
  const pull = (point: Point) => {
    if (!live.current || !held.current) return;
    pulled.current = point;
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => drawLatest.current());
  };

  /** Lets go: the leaf falls to the side it is nearer to, or the one it was thrown to (pixels per millisecond, to the right). */
  const release = (thrown: number, calledOff = false) => {
    const now = live.current;
    if (!now || !held.current) return;
    const leaf = leafOf(now);
    const anchor = { x: leaf.width, y: corner.current.y * leaf.height };
    const kept = reachable({ x: pulled.current.x * leaf.width, y: pulled.current.y * leaf.height }, anchor, leaf);
    const from = { x: kept.x / leaf.width, y: kept.y / leaf.height };
    const speed = thrown * now.side;
    const across = Math.abs(speed) > 0.4 ? speed < 0 : from.x < 0;
    const turned = !calledOff && across !== now.reversed;
    const to = rest(now, turned);
    animate((share) => ({ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }), SETTLE_MS, turned);
  };

  useLayoutEffect(() => {
    if (turning) drawLatest.current();
  });
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  return {
    turning,
    turn,
    take,
    pull,
    release,
    settle,
    corner: () => corner.current,
    cancel: useCallback(() => endLatest.current(false), []),
  };
}

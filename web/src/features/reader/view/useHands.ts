import { useRef, type MouseEvent as ReactMouseEvent, type PointerEvent as ReactPointerEvent } from "react";

interface Point {
  x: number;
  y: number;
}

interface Actions {
  /** Whether a finger or the mouse moves the zoomed page instead of turning it. */
  zoomed: boolean;
  /** Whether there is more of the page sideways, so that a sideways pull is no turn. */
  scrollsAcross: boolean;
  /** A sideways pull has begun; true if a leaf has been taken and follows from now on. */
  onTake: (pulledLeft: boolean, at: Point) => boolean;
  onPull: (at: Point) => void;
  onRelease: (speed: number, calledOff: boolean) => void;
  /** A sideways pull with no leaf to it, as where there is no curl or no further page. */
  onSwipe: (pulledLeft: boolean) => void;
  onPan: (dx: number, dy: number) => void;
  onPinch: (factor: number, middle: Point) => void;
  onTap: (event: ReactMouseEvent) => void;
}

type Doing = "nothing" | "pressing" | "pulling" | "swiping" | "panning" | "pinching";

/** How far a mouse, and how far a finger, strays while it only presses. */
const SLACK = { mouse: 7, other: 12 };
const SWIPE = 40;
const ASTRAY = 60;

/** Fingers, pens and the mouse on the stage: one pulls a leaf, moves the zoomed page or taps; two pinch and call the pull off. */
export function useHands(actions: Actions) {
  const held = useRef(new Map<number, Point>());
  const doing = useRef<Doing>("nothing");
  const start = useRef<Point>({ x: 0, y: 0 });
  const last = useRef({ x: 0, at: 0, speed: 0 });
  const still = useRef(true);
  /** Pointers that have tapped and whose click, which may come after the next one is down, is to be told. */
  const tapped = useRef(new Set<number>());

  const down = (event: ReactPointerEvent) => {
    if (event.button !== 0 || (event.target as Element).closest("button, a")) return;
    // A finger whose going up was never told, as when the system took it over, is not there any more.
    if (event.isPrimary) held.current.clear();
    held.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    event.currentTarget.setPointerCapture(event.pointerId);
    tapped.current.delete(event.pointerId);
    if (held.current.size === 1) {
      doing.current = "pressing";
      still.current = true;
      start.current = { x: event.clientX, y: event.clientY };
      last.current = { x: event.clientX, at: event.timeStamp, speed: 0 };
    } else {
      if (doing.current === "pulling") actions.onRelease(0, true);
      doing.current = "pinching";
    }
  };

  const begin = (at: Point, slack: number) => {
    const dx = at.x - start.current.x;
    const dy = at.y - start.current.y;
    if (Math.hypot(dx, dy) < slack) return;
    still.current = false;
    if (actions.zoomed) doing.current = "panning";
    else if (actions.scrollsAcross || Math.abs(dy) > ASTRAY) doing.current = "nothing";
    else if (Math.abs(dx) > Math.abs(dy)) doing.current = actions.onTake(dx < 0, start.current) ? "pulling" : "swiping";
  };

  const move = (event: ReactPointerEvent) => {
    const before = held.current.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...held.current].find(([id]) => id !== event.pointerId)?.[1];
    held.current.set(event.pointerId, now);
    if (doing.current === "pressing") begin(now, event.pointerType === "mouse" ? SLACK.mouse : SLACK.other);
    if (doing.current === "pinching" && other) {
      const apart = (point: Point) => Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
      actions.onPinch(apart(now) / apart(before), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
      actions.onPan((now.x - before.x) / 2, (now.y - before.y) / 2);
    } else if (doing.current === "panning") {
      actions.onPan(now.x - before.x, now.y - before.y);
    } else if (doing.current === "pulling") {
      const elapsed = Math.max(1, event.timeStamp - last.current.at);
      const speed = (now.x - last.current.x) / elapsed;
      last.current = { x: now.x, at: event.timeStamp, speed: 0.6 * speed + 0.4 * last.current.speed };
      actions.onPull(now);
    }
  };

  const up = (event: ReactPointerEvent, calledOff: boolean) => {
    if (!held.current.delete(event.pointerId)) return;
    const did = doing.current;
    if (held.current.size > 0) {
      // One finger of a pinch stays and goes on moving the page.
      doing.current = did === "pinching" ? "panning" : did;
      return;
    }
    doing.current = "nothing";
    if (did === "pressing" && still.current && !calledOff) tapped.current.add(event.pointerId);
    if (did === "pulling") {
      // A leaf that was held still before it was let go has not been thrown.
      actions.onRelease(event.timeStamp - last.current.at > 80 ? 0 : last.current.speed, calledOff);
    } else if (did === "swiping" && !calledOff) {
      const dx = event.clientX - start.current.x;
      if (Math.abs(dx) > SWIPE) actions.onSwipe(dx < 0);
    }
  };

  return {
    onPointerDown: down,
    onPointerMove: move,
    onPointerUp: (event: ReactPointerEvent) => up(event, false),
    onPointerCancel: (event: ReactPointerEvent) => up(event, true),
    onClick: (event: ReactMouseEvent) => {
      // Older browsers do not say whose click it is.
      const whose = "pointerId" in event.nativeEvent ? Number(event.nativeEvent.pointerId) : [...tapped.current].at(0);
      if (whose !== undefined && tapped.current.delete(whose)) actions.onTap(event);
    },
  };
}

import { useEffect, useRef, useState, type PointerEvent as ReactPointerEvent, type RefObject } from "react";

import { movedBy, WHOLE, zoomedAt, type Room, type View } from "../model/sizes";

interface Held {
  x: number;
  y: number;
}

/** Pinch, wheel with Ctrl, double tap and keys zoom; a zoomed page is moved by dragging it. */
export function useZoom(stage: RefObject<HTMLElement | null>, size: Room) {
  const [view, setView] = useState<View>(WHOLE);
  const held = useRef(new Map<number, Held>());
  const latest = useRef(size);
  useEffect(() => {
    latest.current = size;
  });

  const fromCentre = (x: number, y: number) => {
    const box = stage.current?.getBoundingClientRect();
    return box ? { x: x - box.left - box.width / 2, y: y - box.top - box.height / 2 } : { x: 0, y: 0 };
  };

  useEffect(() => {
    const element = stage.current;
    if (!element) return undefined;
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const point = { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 };
      setView((now) => zoomedAt(now, Math.exp(-event.deltaY * 0.0022), point));
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  }, [stage]);

  const down = (event: ReactPointerEvent) => {
    held.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
  };

  const move = (event: ReactPointerEvent) => {
    const before = held.current.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...held.current].find(([id]) => id !== event.pointerId)?.[1];
    held.current.set(event.pointerId, now);
    if (other) {
      const factor = Math.hypot(now.x - other.x, now.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
      const middle = fromCentre((now.x + other.x) / 2, (now.y + other.y) / 2);
      setView((view) => zoomedAt(view, factor, middle));
    } else if (view.scale > 1) {
      setView((view) => movedBy(view, now.x - before.x, now.y - before.y, latest.current));
    }
  };

  const up = (event: ReactPointerEvent) => {
    held.current.delete(event.pointerId);
  };

  return {
    view,
    zoomed: view.scale > 1,
    by: (factor: number) => setView((now) => zoomedAt(now, factor, { x: 0, y: 0 })),
    toggleAt: (x: number, y: number) => setView((now) => (now.scale > 1 ? WHOLE : zoomedAt(now, 2.2, fromCentre(x, y)))),
    whole: () => setView(WHOLE),
    hands: { onPointerDownCapture: down, onPointerMoveCapture: move, onPointerUpCapture: up, onPointerCancelCapture: up },
  };
}

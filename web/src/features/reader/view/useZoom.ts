import { useEffect, useState, type RefObject } from "react";

import { movedBy, WHOLE, zoomedAt, type Room, type View } from "../model/sizes";

/** How closely the page is looked at, and from where. Wheel with Ctrl zooms here; hands and keys through what it returns. */
export function useZoom(stage: RefObject<HTMLElement | null>, size: Room) {
  const [view, setView] = useState<View>(WHOLE);
  const { width, height } = size;

  const about = (x: number, y: number) => {
    const box = stage.current?.getBoundingClientRect();
    return box ? { x: x - box.left - box.width / 2, y: y - box.top - box.height / 2 } : { x: 0, y: 0 };
  };
  const kept = (next: View) => (next.scale > 1 ? movedBy(next, 0, 0, { width, height }) : WHOLE);

  useEffect(() => {
    const element = stage.current;
    if (!element) return undefined;
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const point = { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 };
      setView((now) => {
        const next = zoomedAt(now, Math.exp(-event.deltaY * 0.0022), point);
        return next.scale > 1 ? movedBy(next, 0, 0, { width, height }) : WHOLE;
      });
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  }, [stage, width, height]);

  return {
    view,
    zoomed: view.scale > 1,
    /** By a factor, about a point in client pixels or the middle. */
    by: (factor: number, at?: { x: number; y: number }) => setView((now) => kept(zoomedAt(now, factor, at ? about(at.x, at.y) : { x: 0, y: 0 }))),
    move: (dx: number, dy: number) => setView((now) => (now.scale > 1 ? movedBy(now, dx, dy, { width, height }) : now)),
    toggleAt: (x: number, y: number) => setView((now) => (now.scale > 1 ? WHOLE : kept(zoomedAt(now, 2.2, about(x, y))))),
    whole: () => setView(WHOLE),
  };
}

import { useLayoutEffect, useState, type RefObject } from "react";

export const GAP = 20;
const NARROWEST = 158;

/** How many covers stand beside each other in a width in pixels: never fewer than two. */
export function columnsFor(width: number): number {
  return Math.max(2, Math.floor((width + GAP) / (NARROWEST + GAP)));
}

interface Place {
  width: number;
  /** Distance from the top of the page. */
  top: number;
}

/** The width of an element and where it begins, followed as the window and what stands above it change. */
export function usePlace(element: RefObject<HTMLElement | null>): Place | null {
  const [place, setPlace] = useState<Place | null>(null);
  useLayoutEffect(() => {
    const node = element.current;
    if (!node) return;
    const measure = () => {
      const box = node.getBoundingClientRect();
      const next = { width: box.width, top: Math.round(box.top + window.scrollY) };
      setPlace((before) => (before?.width === next.width && before.top === next.top ? before : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(node);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [element]);
  return place;
}

import { useEffect, useLayoutEffect, useRef, type RefObject } from "react";

import { WheelTurns } from "../model/wheel";

export function canScroll(element: HTMLElement, delta: 1 | -1): boolean {
  return delta === 1 ? element.scrollTop + element.clientHeight < element.scrollHeight - 2 : element.scrollTop > 2;
}

interface Turns {
  zoomed: boolean;
  rtl: boolean;
  turn: (delta: 1 | -1) => void;
}

/** The wheel scrolls what does not fit, and turns pages where there is nothing (more) to scroll. */
export function useWheelTurns(stage: RefObject<HTMLElement | null>, turns: Turns): void {
  const latest = useRef(turns);
  useLayoutEffect(() => {
    latest.current = turns;
  });
  useEffect(() => {
    const element = stage.current;
    if (!element) return undefined;
    const wheel = new WheelTurns();
    const listen = (event: WheelEvent) => {
      const { zoomed, rtl, turn } = latest.current;
      if (event.ctrlKey || event.metaKey || zoomed) return;
      const across = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (across && element.scrollWidth > element.clientWidth + 2) return;
      const unit = event.deltaMode === 0 ? 1 : 40;
      const delta = across ? event.deltaX * unit * (rtl ? -1 : 1) : event.deltaY * unit;
      const made = wheel.read({ delta, notch: isNotch(event), at: event.timeStamp, free: !across && canScroll(element, delta > 0 ? 1 : -1) });
      if (made !== 0) turn(made);
    };
    element.addEventListener("wheel", listen, { passive: true });
    return () => element.removeEventListener("wheel", listen);
  }, [stage]);
}

/** Wheels with notches send lines, or whole multiples of 120 of what browsers used to send. */
function isNotch(event: WheelEvent): boolean {
  const { wheelDeltaY = 0 } = event as WheelEvent & { wheelDeltaY?: number };
  return event.deltaMode !== 0 || (wheelDeltaY !== 0 && wheelDeltaY % 120 === 0 && Math.abs(event.deltaY) >= 50);
}

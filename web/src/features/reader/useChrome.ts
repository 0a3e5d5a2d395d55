import { useCallback, useEffect, useRef, useState } from "react";

const QUIET = 2_000;

/** The bars fade when nothing has happened for two seconds and come back at a touch; `pinned` keeps them. */
export function useChrome(pinned: boolean) {
  const room = useRef<HTMLElement>(null);
  const [awake, setAwake] = useState(true);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const wait = useCallback((quiet: number) => {
    const tick = () => {
      if (inUse(room.current)) timer.current = setTimeout(tick, QUIET);
      else setAwake(false);
    };
    clearTimeout(timer.current);
    timer.current = setTimeout(tick, quiet);
  }, []);
  const wake = useCallback(() => {
    setAwake(true);
    wait(QUIET);
  }, [wait]);

  useEffect(() => {
    wait(QUIET * 1.5);
    return () => clearTimeout(timer.current);
  }, [wait]);

  return {
    shown: awake || pinned,
    toggle: () => {
      if (awake) {
        clearTimeout(timer.current);
        setAwake(false);
      } else wake();
    },
    hands: {
      ref: room,
      onPointerMove: (event: { pointerType: string; movementX: number; movementY: number }) => {
        if (event.pointerType === "mouse" && Math.abs(event.movementX) + Math.abs(event.movementY) > 2) wake();
      },
      onFocusCapture: (event: { target: EventTarget }) => {
        if (event.target instanceof HTMLElement && event.target.matches(":focus-visible")) wake();
      },
    },
  };
}

/** Whether the keyboard is in one of the bars, or the mouse rests on one. */
function inUse(room: HTMLElement | null): boolean {
  const hovers = window.matchMedia("(hover: hover)").matches;
  return Boolean(room?.querySelector(`[data-bar]:has(:focus-visible)${hovers ? ", [data-bar]:hover" : ""}`));
}

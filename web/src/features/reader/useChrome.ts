import { useCallback, useEffect, useRef, useState } from "react";

const QUIET = 2_000;

/** The bars fade when nothing has happened for two seconds and come back at a touch; `pinned` keeps them. */
export function useChrome(pinned: boolean) {
  const [awake, setAwake] = useState(true);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const wake = useCallback(() => {
    setAwake(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setAwake(false), QUIET);
  }, []);

  useEffect(() => {
    timer.current = setTimeout(() => setAwake(false), QUIET * 1.5);
    return () => clearTimeout(timer.current);
  }, []);

  return {
    shown: awake || pinned,
    toggle: () => {
      if (awake) {
        clearTimeout(timer.current);
        setAwake(false);
      } else wake();
    },
    hands: {
      onPointerMove: (event: { pointerType: string; movementX: number; movementY: number }) => {
        if (event.pointerType === "mouse" && Math.abs(event.movementX) + Math.abs(event.movementY) > 2) wake();
      },
      onFocusCapture: (event: { target: EventTarget }) => {
        if (event.target instanceof HTMLElement && event.target.matches(":focus-visible")) wake();
      },
    },
  };
}

import { X } from "lucide-react";
import { useEffect, useRef, useState, type PointerEvent as ReactPointerEvent, type ReactNode } from "react";

import { useText } from "~/lib/language";
import { IconButton } from "~/ui/Button";

import { STOPS, stopAt, type Stop } from "../model/sheet";

import styles from "./side.module.css";

interface Props {
  /** What it is called, and what closing it is called. */
  label: string;
  close: string;
  /** Whether it is a sheet over the foot of the window, as on a phone, rather than a panel beside the page. */
  sheet: boolean;
  /** It takes as much room as it can have. */
  wide?: boolean;
  /** How often a link out of it was followed: a sheet then leaves the page what room it can. */
  low: number;
  onClose: () => void;
  /** What stands in its head, before the sign that closes it. */
  head: ReactNode;
  children: ReactNode;
}

/** What stands beside the page, or on a phone a sheet with three stops. */
export function SideFrame({ label, close, sheet, wide = false, low, onClose, head, children }: Props) {
  const text = useText();
  const { stop, share, hands, step } = useSheet(wide, low, onClose);
  useEffect(
    () => () =>
      // The keyboard goes back to the page where it was in what is closed.
      void requestAnimationFrame(() => {
        if (document.activeElement === document.body) document.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
      }),
    [],
  );
  return (
    <aside
      className={styles.side}
      data-sheet={sheet || undefined}
      data-wide={wide || undefined}
      data-side
      data-stop={sheet ? stop : undefined}
      style={sheet ? { height: `${share * 100}%` } : undefined}
      aria-label={label}
    >
      <header className={styles.head} {...(sheet ? hands : {})}>
        {sheet ? (
          <button type="button" data-handle className={styles.handle} aria-label={text(stop === 2 ? "reader.side.smaller" : "reader.side.larger")} aria-expanded={stop > 0} onClick={({ detail }) => detail === 0 && step()}>
            <span />
          </button>
        ) : null}
        {head}
        <IconButton icon={X} label={close} onClick={onClose} />
      </header>
      {children}
    </aside>
  );
}

/** The sheet follows the finger on its head and comes to rest at the nearest stop; a press on its handle steps. */
function useSheet(wide: boolean, low: number, onClose: () => void) {
  const [stop, setStop] = useState<Stop>(low ? 0 : wide ? 2 : 1);
  // What wants much room begins with all of it.
  const [was, setWas] = useState({ wide, low });
  if (wide !== was.wide || low !== was.low) {
    setWas({ wide, low });
    if (low > was.low) setStop(0);
    else if (wide && !was.wide) setStop(2);
  }
  const [pulled, setPulled] = useState<number | null>(null);
  const held = useRef<{ y: number; share: number; last: number; at: number; speed: number; moved: boolean } | null>(null);
  const share = pulled ?? STOPS[stop];

  const down = (event: ReactPointerEvent) => {
    if (event.button !== 0 || (event.target as Element).closest("button:not([data-handle])")) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    held.current = { y: event.clientY, share, last: event.clientY, at: event.timeStamp, speed: 0, moved: false };
  };
  const move = (event: ReactPointerEvent) => {
    const { current: now } = held;
    if (!now) return;
    if (!now.moved && Math.abs(event.clientY - now.y) < 5) return;
    const elapsed = Math.max(1, event.timeStamp - now.at);
    const speed = (((now.last - event.clientY) / window.innerHeight) * 1000) / elapsed;
    held.current = { ...now, last: event.clientY, at: event.timeStamp, speed: 0.6 * speed + 0.4 * now.speed, moved: true };
    setPulled(Math.min(0.96, Math.max(0.04, now.share + (now.y - event.clientY) / window.innerHeight)));
  };
  const up = (event: ReactPointerEvent) => {
    const { current: now } = held;
    held.current = null;
    setPulled(null);
    if (!now) return;
    if (!now.moved) {
      // The head has the pointer, so that a press on the handle in it ends here too.
      if (document.elementFromPoint(event.clientX, event.clientY)?.closest("button[data-handle]")) step();
      return;
    }
    const still = event.timeStamp - now.at > 80;
    const next = stopAt(pulled ?? now.share, still ? 0 : now.speed, stop);
    if (next === "closed") onClose();
    else setStop(next);
  };
  const step = () => setStop((now) => (now === 2 ? 0 : now === 1 ? 2 : 1));

  return {
    stop,
    share,
    step,
    hands: { onPointerDown: down, onPointerMove: move, onPointerUp: up, onPointerCancel: up },
  };
}

import { useId, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";

import type { Box, PageItem } from "~/api/types";
import { useText } from "~/lib/language";
import { Picture } from "~/ui/Picture";

import { drawn, HANDLES, moved, resized, type Handle, type Point } from "../page/model/boxes";

import styles from "./box.module.css";

interface Props {
  page: PageItem;
  box: Box;
  label: string;
  onChange: (box: Box) => void;
}

const NUDGE = 0.01;
const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-NUDGE, 0], ArrowRight: [NUDGE, 0], ArrowUp: [0, -NUDGE], ArrowDown: [0, NUDGE] };

/** One box on a page: drawn anew with the mouse, moved and pulled by pointer or finger, or by arrow keys. */
export function BoxPicker({ page, box, label, onChange }: Props) {
  const text = useText();
  const help = useId();
  const frame = useRef<HTMLDivElement>(null);
  const held = useRef<{ from: Point; box: Box; handle: Handle | null; draws: boolean } | null>(null);
  const [drawing, setDrawing] = useState<Box | null>(null);
  const point = (event: PointerEvent): Point => {
    const area = frame.current?.getBoundingClientRect();
    return area ? { x: (event.clientX - area.left) / area.width, y: (event.clientY - area.top) / area.height } : { x: 0, y: 0 };
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0 || !(event.target instanceof Element)) return;
    const on = event.target.closest("[data-box]") !== null;
    // A finger beside the box scrolls; it takes hold of the box and its corners.
    if (!on && event.pointerType === "touch") return;
    held.current = { from: point(event), box, handle: (event.target.closest<HTMLElement>("[data-handle]")?.dataset.handle as Handle | undefined) ?? null, draws: !on };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent) => {
    const was = held.current;
    if (!was) return;
    const to = point(event);
    if (was.draws) setDrawing(drawn(was.from, to));
    else onChange(was.handle ? resized(was.box, was.handle, to.x - was.from.x, to.y - was.from.y) : moved(was.box, to.x - was.from.x, to.y - was.from.y));
  };
  const up = (event: PointerEvent) => {
    const was = held.current;
    held.current = null;
    setDrawing(null);
    const made = was?.draws ? drawn(was.from, point(event)) : null;
    if (made) onChange(made);
  };
  const press = (event: KeyboardEvent) => {
    const by = ARROWS[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
    onChange(event.shiftKey ? resized(box, "se", ...by) : moved(box, ...by));
    event.preventDefault();
  };
  const shown = drawing ?? box;
  return (
    <div
      ref={frame}
      className={styles.frame}
      style={{ aspectRatio: `${page.width ?? 5} / ${page.height ?? 7}` }}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={() => {
        held.current = null;
        setDrawing(null);
      }}
    >
      <span id={help} className="unseen">
        {text("editing.portrait.keys")}
      </span>
      <Picture url={page.image_url} alt="" blurhash={page.blurhash} color={page.dominant_color} eager />
      <button
        type="button"
        data-box
        className={styles.box}
        style={{ left: `${shown.x * 100}%`, top: `${shown.y * 100}%`, width: `${shown.width * 100}%`, height: `${shown.height * 100}%` }}
        aria-label={label}
        aria-describedby={help}
        onKeyDown={press}
      >
        {HANDLES.map((handle) => (
          <span key={handle} data-handle={handle} className={styles.handle} />
        ))}
      </button>
    </div>
  );
}

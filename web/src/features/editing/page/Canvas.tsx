import { useRef, useState, type KeyboardEvent, type PointerEvent } from "react";

import type { Box, PageItem } from "~/api/types";
import { inLanguage, useText } from "~/lib/language";
import { Picture } from "~/ui/Picture";

import type { Tab } from "./PageEditor";
import { drawn, HANDLES, moved, resized, type Handle, type Point } from "./model/boxes";
import styles from "./page.module.css";
import type { DraftOf } from "./useDraft";

interface Props {
  page: PageItem;
  language: string;
  name: string;
  tab: Tab;
  /** As wide as there is room for, instead of all of it in sight. */
  wide: boolean;
  draft: DraftOf;
  selected: string | null;
  onSelect: (key: string | null) => void;
}

interface Drag {
  id: number;
  key: string | null;
  handle: Handle | null;
  from: Point;
  box: Box;
}

const NUDGE = 0.005;
const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-NUDGE, 0], ArrowRight: [NUDGE, 0], ArrowUp: [0, -NUDGE], ArrowDown: [0, NUDGE] };
let drags = 0;

/** The page with the boxes of what is edited on it: moved and sized by pointer or arrow keys, drawn on empty ground. */
export function Canvas({ page, language, name, tab, wide, draft, selected, onSelect }: Props) {
  const text = useText();
  const frame = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  const [drawing, setDrawing] = useState<Box | null>(null);
  const { balloons, panels } = draft.now;
  const edited = tab === "panels" ? panels : tab === "words" ? balloons : [];
  const set = (key: string, box: Box, about: string) => {
    const { x, y, width, height } = box;
    if (tab === "panels") draft.setPanel(key, { x, y, width, height }, about);
    else draft.setBalloon(key, { x, y, width, height }, about);
  };
  const point = (event: PointerEvent): Point => {
    const area = frame.current?.getBoundingClientRect();
    return area ? { x: (event.clientX - area.left) / area.width, y: (event.clientY - area.top) / area.height } : { x: 0, y: 0 };
  };

  const down = (event: PointerEvent) => {
    if (event.button !== 0 || tab === "picture" || !(event.target instanceof Element)) return;
    const key = event.target.closest<HTMLElement>("[data-key]")?.dataset.key ?? null;
    const box = edited.find((one) => one.key === key);
    // A finger on empty ground scrolls; with it, boxes come from the button.
    if (!box && event.pointerType === "touch") return;
    drags += 1;
    drag.current = { id: drags, key: box ? key : null, handle: (event.target.closest<HTMLElement>("[data-handle]")?.dataset.handle as Handle | undefined) ?? null, from: point(event), box: box ?? { x: 0, y: 0, width: 0, height: 0 } };
    event.currentTarget.setPointerCapture(event.pointerId);
    onSelect(box ? key : null);
  };
  const move = (event: PointerEvent) => {
    const held = drag.current;
    if (!held) return;
    const to = point(event);
    if (held.key === null) {
      setDrawing(drawn(held.from, to));
      return;
    }
    const [dx, dy] = [to.x - held.from.x, to.y - held.from.y];
    if (Math.abs(dx) + Math.abs(dy) < 0.002) return;
    set(held.key, held.handle ? resized(held.box, held.handle, dx, dy) : moved(held.box, dx, dy), `drag ${held.id}`);
  };
  const up = (event: PointerEvent) => {
    const held = drag.current;
    drag.current = null;
    setDrawing(null);
    const box = held?.key === null ? drawn(held.from, point(event)) : null;
    if (box) onSelect(tab === "panels" ? draft.addPanel(box) : draft.addBalloon(box));
  };
  const press = (event: KeyboardEvent, key: string, box: Box) => {
    const by = ARROWS[event.key];
    if (event.key === "Delete" || event.key === "Backspace") {
      draft.remove(key);
      onSelect(null);
    } else if (by && !event.altKey && !event.ctrlKey && !event.metaKey) {
      set(key, event.shiftKey ? resized(box, "se", ...by) : moved(box, ...by), `keys ${event.shiftKey} ${key}`);
    } else return;
    event.preventDefault();
  };

  const lettered = page.languages.includes(language) ? `${page.image_url}${page.image_url.includes("?") ? "&" : "?"}lang=${encodeURIComponent(language)}` : page.image_url;
  return (
    <div className={styles.canvas} data-wide={wide || undefined}>
      <div
        ref={frame}
        className={styles.page}
        style={{ aspectRatio: `${page.width ?? 5} / ${page.height ?? 7}` }}
        data-draws={tab === "picture" ? undefined : true}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={() => {
          drag.current = null;
          setDrawing(null);
        }}
      >
        <Picture url={lettered} alt={text("editing.page.pictureOf", { place: name })} blurhash={page.blurhash} color={page.dominant_color} eager />
        {tab === "words" ? panels.map((box) => <span key={box.key} className={styles.faint} style={placed(box)} />) : null}
        {edited.map((box, index) => (
          <button
            key={box.key}
            type="button"
            data-key={box.key}
            data-here={box.key === selected || undefined}
            data-panel={tab === "panels" || undefined}
            className={styles.box}
            style={placed(box)}
            aria-pressed={box.key === selected}
            aria-label={
              "text" in box ? text("editing.page.balloon", { number: index + 1, text: box.text.slice(0, 60) }) : text("editing.page.panel", { number: index + 1 })
            }
            {...("text" in box ? inLanguage(language) : {})}
            onFocus={() => onSelect(box.key)}
            onKeyDown={(event) => press(event, box.key, box)}
          >
            <span className={styles.number}>{index + 1}</span>
            {box.key === selected ? HANDLES.map((handle) => <span key={handle} data-handle={handle} className={styles.handle} />) : null}
          </button>
        ))}
        {drawing ? <span className={styles.drawing} style={placed(drawing)} /> : null}
      </div>
    </div>
  );
}

const placed = ({ x, y, width, height }: Box) => ({ left: `${x * 100}%`, top: `${y * 100}%`, width: `${width * 100}%`, height: `${height * 100}%` });

import { useRef, useState, type KeyboardEvent, type PointerEvent as ReactPointerEvent } from "react";

import type { Direction, PageItem } from "~/api/types";
import { useText } from "~/lib/language";

import { thumbnailUrl } from "../model/pictures";

import { useNameOfPage } from "./PageFace";
import styles from "./reader.module.css";

interface Props {
  pages: readonly PageItem[];
  visible: readonly number[];
  direction: Direction;
  language: string | null;
  onGo: (orderIndex: number) => void;
}

const MOST_TICKS = 48;

/** Where you are among the pages: seen, here, not yet. Drag or click to go there; a thumbnail shows what is where. */
export function Scrubber({ pages, visible, direction, language, onGo }: Props) {
  const text = useText();
  const nameOf = useNameOfPage();
  const bar = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<number | null>(null);
  const [held, setHeld] = useState(false);
  const here = visible[0] ?? 0;
  const last = pages.length - 1;
  const backwards = direction === "rtl";
  const ticks = pages.length <= MOST_TICKS;

  const under = (event: ReactPointerEvent) => {
    const box = bar.current?.getBoundingClientRect();
    if (!box) return here;
    const share = Math.min(0.9999, Math.max(0, (event.clientX - box.left) / box.width));
    return Math.floor((backwards ? 0.9999 - share : share) * pages.length);
  };
  const shown = hover === null ? undefined : pages[hover];
  const share = (index: number) => ((backwards ? last - index : index) + 0.5) / pages.length;

  const key = (event: KeyboardEvent) => {
    const step = { ArrowRight: backwards ? -1 : 1, ArrowLeft: backwards ? 1 : -1, ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    const to = event.key === "Home" ? 0 : event.key === "End" ? last : step === undefined ? null : here + step;
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    onGo(Math.min(last, Math.max(0, to)));
  };

  const current = pages[here];
  const label = current ? nameOf(current) : "";
  const counted = pages.reduce((most, page) => Math.max(most, page.page_number ?? 0), 0);

  return (
    <div className={styles.scrubber} data-held={held || undefined}>
      <span className={styles.place}>{placeInWords(pages, visible, nameOf)}</span>
      <div
        ref={bar}
        role="slider"
        tabIndex={0}
        aria-label={text("reader.scrubber")}
        aria-valuemin={1}
        aria-valuemax={pages.length}
        aria-valuenow={here + 1}
        aria-valuetext={text("reader.scrubber.value", { page: label, count: counted })}
        className={styles.ticks}
        data-many={!ticks || undefined}
        onKeyDown={key}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setHeld(true);
          setHover(under(event));
        }}
        onPointerMove={(event) => setHover(under(event))}
        onPointerUp={(event) => {
          if (held) onGo(under(event));
          setHeld(false);
        }}
        onPointerLeave={() => setHover(null)}
        onPointerCancel={() => setHeld(false)}
      >
        {ticks ? (
          (backwards ? [...pages].reverse() : pages).map((page) => (
            <span key={page.id} className={styles.tick} data-state={visible.includes(page.order_index) ? "here" : page.seen ? "seen" : "unseen"} />
          ))
        ) : (
          <span className={styles.track}>
            <span className={styles.done} style={{ width: `${(100 * (here + 1)) / pages.length}%`, [backwards ? "right" : "left"]: 0 }} />
          </span>
        )}
        {shown ? (
          <span className={styles.peek} style={{ left: `${100 * share(shown.order_index)}%` }} aria-hidden>
            <img src={thumbnailUrl(shown, language)} alt="" style={{ aspectRatio: `${shown.width} / ${shown.height}`, backgroundColor: shown.dominant_color ?? undefined }} />
            <span>{nameOf(shown)}</span>
          </span>
        ) : null}
      </div>
      <span className={styles.of}>{text("reader.of", { count: counted })}</span>
    </div>
  );
}

/** "5–6" for an opening, "Cover" for a cover. */
function placeInWords(pages: readonly PageItem[], visible: readonly number[], nameOf: (page: PageItem) => string): string {
  const open = visible.map((index) => pages[index]).filter((page) => page !== undefined);
  const numbers = open.map((page) => page.page_number).filter((number) => number !== null);
  if (numbers.length > 1) return `${Math.min(...numbers)}–${Math.max(...numbers)}`;
  if (numbers.length === 1) return String(numbers[0]);
  return open[0] ? nameOf(open[0]) : "";
}

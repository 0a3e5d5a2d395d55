import { useRef, useState, type CSSProperties, type KeyboardEvent, type PointerEvent as ReactPointerEvent } from "react";

import type { Direction, PageItem } from "~/api/types";
import { useText } from "~/lib/language";

import { thumbnailUrl } from "../model/pictures";
import { ratioOf } from "../model/spreads";

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

  const stretch = (from: number, to: number) => ({
    [backwards ? "right" : "left"]: `${(100 * from) / pages.length}%`,
    width: `${(100 * (to - from + 1)) / pages.length}%`,
  });

  const key = (event: KeyboardEvent) => {
    const step = { ArrowRight: backwards ? -1 : 1, ArrowLeft: backwards ? 1 : -1, ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    // From the far side of what is open: a step within a spread would lead nowhere.
    const from = (step ?? 0) > 0 ? Math.max(here, ...visible) : Math.min(here, ...visible);
    const to = event.key === "Home" ? 0 : event.key === "End" ? last : step === undefined ? null : from + step;
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    onGo(Math.min(last, Math.max(0, to)));
  };

  const current = pages[here];
  const label = current ? nameOf(current) : "";
  const counted = pages.reduce((most, page) => Math.max(most, page.page_number ?? 0), 0) || pages.length;

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
          if (event.button !== 0) return;
          // The arrow keys go on turning the book's pages, not the scrubber's.
          event.preventDefault();
          event.currentTarget.setPointerCapture(event.pointerId);
          setHeld(true);
          setHover(under(event));
        }}
        onPointerMove={(event) => setHover(under(event))}
        onPointerUp={(event) => {
          if (held) onGo(under(event));
          setHeld(false);
          if (event.pointerType !== "mouse") setHover(null);
        }}
        onPointerLeave={() => setHover(null)}
        onPointerCancel={() => {
          setHeld(false);
          setHover(null);
        }}
      >
        {ticks ? (
          (backwards ? [...pages].reverse() : pages).map((page) => (
            <span key={page.id} className={styles.tick} data-state={visible.includes(page.order_index) ? "here" : page.seen ? "seen" : "unseen"} />
          ))
        ) : (
          <span className={styles.track}>
            {runsSeen(pages).map(({ from, to }) => (
              <span key={from} className={styles.run} style={stretch(from, to)} />
            ))}
            <span className={styles.here} style={stretch(Math.min(here, ...visible), Math.max(here, ...visible))} />
          </span>
        )}
        {shown ? (
          <span className={styles.peek} style={{ "--at": `${100 * share(pages.indexOf(shown))}%` } as CSSProperties} aria-hidden>
            <img src={thumbnailUrl(shown, language)} alt="" style={{ aspectRatio: ratioOf(shown), backgroundColor: shown.dominant_color ?? undefined }} />
            <span>{nameOf(shown)}</span>
          </span>
        ) : null}
      </div>
      <span className={styles.of}>{text("reader.of", { count: counted })}</span>
    </div>
  );
}

/** The runs of pages that have been seen, for books with more pages than ticks. */
function runsSeen(pages: readonly PageItem[]): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  pages.forEach((page, index) => {
    const last = runs.at(-1);
    if (!page.seen) return;
    if (last?.to === index - 1) last.to = index;
    else runs.push({ from: index, to: index });
  });
  return runs;
}

/** "5–6" for an opening, "Cover" for a cover. */
function placeInWords(pages: readonly PageItem[], visible: readonly number[], nameOf: (page: PageItem) => string): string {
  const open = visible.map((index) => pages[index]).filter((page) => page !== undefined);
  const numbers = open.map((page) => page.page_number).filter((number) => number !== null);
  if (numbers.length > 1) return `${Math.min(...numbers)}–${Math.max(...numbers)}`;
  if (numbers.length === 1) return String(numbers[0]);
  return open[0] ? nameOf(open[0]) : "";
}

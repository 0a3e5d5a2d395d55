import { useCallback, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState, type MouseEvent as ReactMouseEvent, type Ref } from "react";

import type { Fit, PageItem } from "~/api/types";

import { ratioOf, type Side } from "../model/spreads";
import { inView, type Stretch } from "../model/strip";

import { PageFace } from "./PageFace";
import type { StageHandle } from "./Stage";
import styles from "./reader.module.css";

interface Props {
  pages: readonly PageItem[];
  here: number;
  fit: Fit;
  language: string | null;
  onGo: (orderIndex: number) => void;
  onPast: (delta: 1 | -1) => void;
  /** The pages that something can be seen of, and those of which enough is, by `order_index`. */
  onVisible: (shown: number[], whole: number[]) => void;
  onMiddle: () => void;
  calm: boolean;
  ref?: Ref<StageHandle>;
}

const NEAR = 4;
/** Pages further away than this give their pictures back, so that a long strip does not fill the memory. */
const KEPT = 16;
const STEP = 0.86;

/** One long strip, as webtoons are read. Every page has its place from the start; pictures come as they come near. */
export function Strip({ pages, here, fit, language, onGo, onPast, onVisible, onMiddle, calm, ref }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const frames = useRef(new Map<number, HTMLElement>());
  /** The page that scrolling has come to, and the share of it above the window: where to be again at another size. */
  const place = useRef({ index: here, share: 0 });
  const [scale, setScale] = useState(1);
  const [near, setNear] = useState(() => around(here));
  const latest = useRef({ onGo, onVisible });
  useLayoutEffect(() => {
    latest.current = { onGo, onVisible };
  });

  const look = useCallback(() => {
    const root = scroller.current;
    if (!root?.clientHeight) return;
    const stretches: Stretch[] = [...frames.current].map(([index, frame]) => ({ index, top: frame.offsetTop, height: frame.offsetHeight }));
    const seen = inView(stretches.sort((a, b) => a.top - b.top), root.scrollTop, root.clientHeight);
    latest.current.onVisible(seen.shown, seen.whole);
    const { here: middle } = seen;
    if (middle === null) return;
    const moved = middle !== place.current.index;
    place.current = { index: middle, share: seen.share };
    setNear((known) => {
      const next = new Set([...[...known].filter((index) => Math.abs(index - middle) <= KEPT), ...around(middle)]);
      return next.size === known.size && [...next].every((index) => known.has(index)) ? known : next;
    });
    if (moved) latest.current.onGo(middle);
  }, []);

  const restore = useCallback(() => {
    const root = scroller.current;
    const frame = frames.current.get(place.current.index);
    if (root && frame) root.scrollTop = frame.offsetTop + place.current.share * frame.offsetHeight;
  }, []);
  const show = useCallback(
    (index: number) => {
      const root = scroller.current;
      const frame = frames.current.get(index);
      // A page lower than the window stands in its middle, a taller one begins at its top.
      const room = root && frame ? Math.max(0, (root.clientHeight - frame.offsetHeight) / 2) : 0;
      place.current = { index, share: frame?.offsetHeight ? -room / frame.offsetHeight : 0 };
      setNear((known) => new Set([...known, ...around(index)]));
      restore();
      look();
    },
    [restore, look],
  );

  // Somebody else chose the page (the first opening, or a scrubber that knows no strip): go there at once.
  const opened = useRef(false);
  useLayoutEffect(() => {
    if (opened.current && here === place.current.index) return;
    opened.current = true;
    show(here);
  }, [here, show]);

  useEffect(() => {
    const root = scroller.current;
    if (!root) return undefined;
    let frame = 0;
    const scrolled = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(look);
    };
    const resized = new ResizeObserver(() => {
      restore();
      look();
    });
    root.addEventListener("scroll", scrolled, { passive: true });
    resized.observe(root);
    return () => {
      cancelAnimationFrame(frame);
      root.removeEventListener("scroll", scrolled);
      resized.disconnect();
    };
  }, [look, restore, pages.length]);

  useLayoutEffect(() => {
    restore();
    look();
  }, [scale, fit, restore, look]);

  const onwards = (delta: 1 | -1, share: number, quick = false) => {
    const root = scroller.current;
    if (!root) return;
    const atEnd = delta === 1 ? root.scrollTop + root.clientHeight >= root.scrollHeight - 4 : root.scrollTop <= 4;
    if (atEnd) onPast(delta);
    else root.scrollBy({ top: delta * root.clientHeight * share, behavior: calm || quick ? "auto" : "smooth" });
  };
  useImperativeHandle(ref, () => ({
    turn: (delta, quick) => onwards(delta, STEP, quick),
    onwards,
    zoom: (factor) => setScale((now) => Math.min(2, Math.max(0.4, now * factor))),
    whole: () => {
      setScale(1);
      return scale !== 1;
    },
    show,
  }));

  const tap = (event: ReactMouseEvent) => {
    if (!(event.target as Element).closest("button, a")) onMiddle();
  };

  return (
    // Keys for all of this belong to the reader as a whole; the strip itself scrolls natively.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <div ref={scroller} className={styles.strip} onClick={tap} data-fit={fit}>
      {pages.map((page) => (
        <div
          key={page.id}
          ref={(element) => {
            if (element) frames.current.set(page.order_index, element);
            else frames.current.delete(page.order_index);
          }}
          className={styles.stripPage}
          style={{ aspectRatio: ratioOf(page), width: widthOf(page, fit, scale) }}
        >
          {near.has(page.order_index) ? <PageFace side={wholeSide(page)} where="alone" box={ratioOf(page)} language={language} /> : null}
        </div>
      ))}
    </div>
  );
}

function around(index: number): Set<number> {
  return new Set(Array.from({ length: 2 * NEAR + 1 }, (_, step) => index + step - NEAR));
}

const sides = new WeakMap<PageItem, Side>();

function wholeSide(page: PageItem): Side {
  const known = sides.get(page) ?? { page, half: null };
  sides.set(page, known);
  return known;
}

function widthOf(page: PageItem, fit: Fit, scale: number): string {
  if (fit === "original" && page.width) return `${page.width / window.devicePixelRatio}px`;
  if (fit === "width") return `${100 * scale}%`;
  return `min(100%, ${Math.round(820 * scale)}px)`;
}

import { useEffect, useImperativeHandle, useRef, useState, type Ref } from "react";

import type { Fit, PageItem } from "~/api/types";

import type { Side } from "../model/spreads";

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
  /** The pages of which enough is in view to have been seen, by `order_index`. */
  onVisible: (orderIndexes: number[]) => void;
  onMiddle: () => void;
  calm: boolean;
  ref?: Ref<StageHandle>;
}

const NEAR = 4;
const STEP = 0.86;

/** One long strip, as webtoons are read. Every page has its place from the start; pictures come as they come near. */
export function Strip({ pages, here, fit, language, onGo, onPast, onVisible, onMiddle, calm, ref }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const frames = useRef(new Map<number, HTMLElement>());
  const reached = useRef(here);
  const [scale, setScale] = useState(1);
  const [near, setNear] = useState(() => new Set([here]));

  // Somebody else chose the page (the scrubber, a key, the first opening): go there at once.
  useEffect(() => {
    if (reached.current === here && here !== 0 && scroller.current?.scrollTop) return;
    reached.current = here;
    frames.current.get(here)?.scrollIntoView({ block: "start" });
  }, [here]);

  useEffect(() => {
    const root = scroller.current;
    if (!root) return undefined;
    const visible = new Map<number, IntersectionObserverEntry>();
    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          const index = Number((entry.target as HTMLElement).dataset.index);
          if (entry.isIntersecting) visible.set(index, entry);
          else visible.delete(index);
        }
        const height = (entry: IntersectionObserverEntry) => entry.intersectionRect.height;
        const most = [...visible].sort((a, b) => height(b[1]) - height(a[1]))[0];
        if (!most) return;
        onVisible([...visible].filter(([, entry]) => entry.intersectionRatio > 0.6 || height(entry) > root.clientHeight / 2).map(([index]) => index));
        setNear((known) => {
          const next = new Set(known);
          for (let step = -NEAR; step <= NEAR; step += 1) next.add(most[0] + step);
          return next.size === known.size ? known : next;
        });
        if (most[0] !== reached.current) {
          reached.current = most[0];
          onGo(most[0]);
        }
      },
      { root, threshold: [0, 0.1, 0.25, 0.5, 0.75, 1] },
    );
    for (const frame of frames.current.values()) observer.observe(frame);
    return () => observer.disconnect();
  }, [pages, onGo, onVisible]);

  const turn = (delta: 1 | -1) => {
    const root = scroller.current;
    if (!root) return;
    const end = delta === 1 ? root.scrollTop + root.clientHeight >= root.scrollHeight - 4 : root.scrollTop <= 4;
    if (end) onPast(delta);
    else root.scrollBy({ top: delta * root.clientHeight * STEP, behavior: calm ? "auto" : "smooth" });
  };
  useImperativeHandle(ref, () => ({
    turn,
    zoom: (factor) => setScale((now) => Math.min(2, Math.max(0.4, now * factor))),
    whole: () => setScale(1),
  }));

  return (
    // Keys for all of this belong to the reader as a whole; the strip itself scrolls natively.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <div ref={scroller} className={styles.strip} onClick={onMiddle} data-fit={fit}>
      {pages.map((page) => (
        <div
          key={page.id}
          ref={(element) => {
            if (element) frames.current.set(page.order_index, element);
            else frames.current.delete(page.order_index);
          }}
          data-index={page.order_index}
          className={styles.stripPage}
          style={{ aspectRatio: `${page.width} / ${page.height}`, width: widthOf(page, fit, scale) }}
        >
          {near.has(page.order_index) ? <PageFace side={wholeSide(page)} language={language} /> : null}
        </div>
      ))}
    </div>
  );
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

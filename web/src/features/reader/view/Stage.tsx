import { useEffect, useImperativeHandle, useLayoutEffect, useRef, type MouseEvent as ReactMouseEvent, type Ref } from "react";

import type { Direction, Fit } from "~/api/types";

import { fetchAhead, pictureUrl } from "../model/pictures";
import { leafSize } from "../model/sizes";
import { leafRatio, openingAt, pagesOf, type Opening } from "../model/spreads";

import { FlipBook, type FlipBookHandle } from "./FlipBook";
import styles from "./reader.module.css";
import { useHands } from "./useHands";
import { useRoom } from "./useRoom";
import { canScroll, useWheelTurns } from "./useWheelTurns";
import { useZoom } from "./useZoom";

export interface StageHandle {
  /** Turns a page; at once, without a show, when `quick`. */
  turn: (delta: 1 | -1, quick?: boolean) => void;
  /** Goes on by a share of the window where there is more of the page to see that way, else turns. */
  onwards: (delta: 1 | -1, share: number, quick?: boolean) => void;
  zoom: (factor: number) => void;
  /** Back to the whole page; false if it was whole already. */
  whole: () => boolean;
  /** Somebody goes to this page from elsewhere. */
  show: (orderIndex: number) => void;
}

interface Props {
  openings: readonly Opening[];
  here: number;
  layout: "single" | "spread";
  direction: Direction;
  fit: Fit;
  language: string | null;
  /** Without it turns are fades and scrolling jumps. */
  curl: boolean;
  onGo: (orderIndex: number) => void;
  onPast: (delta: 1 | -1) => void;
  onMiddle: () => void;
  ref?: Ref<StageHandle>;
}

const AHEAD = [1, 2, -1];
const EDGE = 0.28;
const SECOND_TAP = 240;

/** The dark room around the book: measures itself, sizes the leaves, and turns taps, drags, pinches and wheels into turns. */
export function Stage({ openings, here, layout, direction, fit, language, curl, onGo, onPast, onMiddle, ref }: Props) {
  const stage = useRef<HTMLDivElement>(null);
  const book = useRef<FlipBookHandle>(null);
  const room = useRoom(stage);
  const index = openingAt(openings, here);
  const columns = layout === "spread" ? 2 : 1;
  const leafOf = (opening: Opening | undefined) => {
    const natural = (pagesOf(opening)[0]?.width ?? 800) / (opening?.first?.half ? 2 : 1) / window.devicePixelRatio;
    return leafSize(room, leafRatio(opening), columns, fit, natural);
  };
  const leaf = leafOf(openings[index]);
  const zoom = useZoom(stage, { width: leaf.width * columns, height: leaf.height });
  const tapped = useRef<ReturnType<typeof setTimeout>>(undefined);
  const rtl = direction === "rtl";
  const scrolls = fit !== "page";

  useEffect(() => {
    for (const step of AHEAD) {
      for (const page of pagesOf(openings[index + step])) void fetchAhead(pictureUrl(page, language));
    }
  }, [openings, index, language]);

  // A page begins at its top, on the side where reading begins; coming back onto it, at its end.
  const fromBelow = useRef(false);
  useLayoutEffect(() => {
    const { current: element } = stage;
    const side = rtl ? (element?.scrollWidth ?? 0) : 0;
    element?.scrollTo({ top: fromBelow.current ? element.scrollHeight : 0, left: fromBelow.current ? (element.scrollWidth - side) : side });
    fromBelow.current = false;
  }, [index, fit, rtl, layout]);

  const turn = (delta: 1 | -1, quick = false) => {
    zoom.whole();
    // Before the room has been measured there is no book to turn.
    if (book.current && !book.current.turn(delta, quick)) onPast(delta);
  };
  const scrolled = (delta: 1 | -1, share: number): boolean => {
    const { current: element } = stage;
    if (!element) return false;
    if (zoom.zoomed) {
      const reach = Math.max(0, (leaf.height * zoom.view.scale - element.clientHeight) / 2);
      const left = delta === 1 ? reach + zoom.view.y : reach - zoom.view.y;
      if (left < 8) return false;
      zoom.move(0, -delta * Math.min(left, element.clientHeight * share));
      return true;
    }
    if (!canScroll(element, delta)) return false;
    element.scrollBy({ top: delta * element.clientHeight * share, behavior: curl ? "smooth" : "auto" });
    return true;
  };
  const onwards = (delta: 1 | -1, share: number, quick = false) => {
    if (scrolled(delta, share)) return;
    fromBelow.current = delta === -1 && scrolls;
    turn(delta, quick);
  };
  useImperativeHandle(ref, () => ({
    turn,
    onwards,
    zoom: (factor) => zoom.by(factor),
    whole: () => {
      zoom.whole();
      return zoom.zoomed;
    },
    show: () => zoom.whole(),
  }));

  useWheelTurns(stage, { zoomed: zoom.zoomed, rtl, turn });

  const deltaOf = (toTheRight: boolean): 1 | -1 => (toTheRight === rtl ? -1 : 1);
  const tap = (event: ReactMouseEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    const edge = share < EDGE || share > 1 - EDGE;
    if (edge && !zoom.zoomed) {
      turn(deltaOf(share > 0.5));
    } else if (event.detail > 1) {
      clearTimeout(tapped.current);
      zoom.toggleAt(event.clientX, event.clientY);
    } else {
      tapped.current = setTimeout(onMiddle, SECOND_TAP);
    }
  };
  useEffect(() => () => clearTimeout(tapped.current), []);

  const hands = useHands({
    zoomed: zoom.zoomed,
    scrollsAcross: leaf.width * columns > room.width + 2,
    onTake: (pulledLeft, at) => curl && (book.current?.take(deltaOf(pulledLeft), at.x, at.y) ?? false),
    onPull: ({ x, y }) => book.current?.pull(x, y),
    onRelease: (speed, calledOff) => book.current?.release(speed, calledOff),
    onSwipe: (pulledLeft) => turn(deltaOf(pulledLeft)),
    onPan: zoom.move,
    onPinch: zoom.by,
    onTap: tap,
  });

  return (
    // The keyboard's way to all of this is the reader's own keys, so the stage is not a control itself.
    <div ref={stage} className={styles.stage} data-fit={fit} data-zoomed={zoom.zoomed || undefined} {...hands}>
      {room.width > 0 ? (
        <div className={styles.carrier} style={{ transform: zoom.zoomed ? `translate(${zoom.view.x}px, ${zoom.view.y}px) scale(${zoom.view.scale})` : undefined }}>
          <FlipBook
            ref={book}
            openings={openings}
            index={index}
            layout={layout}
            direction={direction}
            leafOf={leafOf}
            language={language}
            curl={curl}
            onShow={(shown) => {
              const [first] = pagesOf(openings[shown]);
              if (first) onGo(first.order_index);
            }}
          />
        </div>
      ) : null}
    </div>
  );
}

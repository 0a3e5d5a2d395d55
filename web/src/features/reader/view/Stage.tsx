import { useEffect, useImperativeHandle, useRef, useState, type MouseEvent as ReactMouseEvent, type Ref } from "react";

import type { Direction, Fit } from "~/api/types";

import { fetchAhead, pictureUrl } from "../model/pictures";
import { leafSize, type Room } from "../model/sizes";
import { leafRatio, openingAt, pagesOf, type Opening } from "../model/spreads";

import { FlipBook, type FlipBookHandle } from "./FlipBook";
import styles from "./reader.module.css";
import { useZoom } from "./useZoom";

export interface StageHandle {
  turn: (delta: 1 | -1) => void;
  zoom: (factor: number) => void;
  whole: () => void;
}

interface Props {
  openings: readonly Opening[];
  here: number;
  layout: "single" | "spread";
  direction: Direction;
  fit: Fit;
  language: string | null;
  curl: boolean;
  onGo: (orderIndex: number) => void;
  onPast: (delta: 1 | -1) => void;
  onMiddle: () => void;
  ref?: Ref<StageHandle>;
}

const AHEAD = [1, 2, -1];

/** The dark room around the book: measures itself, sizes the leaves, and turns taps, drags and pinches into turns. */
export function Stage({ openings, here, layout, direction, fit, language, curl, onGo, onPast, onMiddle, ref }: Props) {
  const stage = useRef<HTMLDivElement>(null);
  const book = useRef<FlipBookHandle>(null);
  const room = useRoom(stage);
  const index = openingAt(openings, here);
  const opening = openings[index];
  const columns = layout === "spread" ? 2 : 1;
  const natural = (pagesOf(opening)[0]?.width ?? 800) / (columns * window.devicePixelRatio);
  const leaf = leafSize(room, leafRatio(opening), columns, fit, natural);
  const size = { width: leaf.width * columns, height: leaf.height };
  const zoom = useZoom(stage, size);
  const pressed = useRef<{ x: number; y: number } | null>(null);
  const tapped = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    for (const step of AHEAD) {
      for (const page of pagesOf(openings[index + step])) void fetchAhead(pictureUrl(page, language));
    }
  }, [openings, index, language]);

  useEffect(() => {
    stage.current?.scrollTo({ top: 0 });
  }, [index]);

  const turn = (delta: 1 | -1) => {
    zoom.whole();
    if (openings[index + delta]) book.current?.turn(delta);
    else onPast(delta);
  };
  useImperativeHandle(ref, () => ({ turn, zoom: zoom.by, whole: zoom.whole }));

  const turned = (delta: 1 | -1) => {
    const first = pagesOf(openings[index + delta])[0];
    if (first) onGo(first.order_index);
  };

  const tap = (event: ReactMouseEvent) => {
    const from = pressed.current;
    if (from && Math.hypot(event.clientX - from.x, event.clientY - from.y) > 8) return;
    if (event.detail > 1) {
      clearTimeout(tapped.current);
      zoom.toggleAt(event.clientX, event.clientY);
      return;
    }
    if (zoom.zoomed) return;
    const share = event.clientX / window.innerWidth;
    const side = share < 0.28 ? -1 : share > 0.72 ? 1 : 0;
    if (side === 0) tapped.current = setTimeout(onMiddle, 220);
    else turn(direction === "rtl" ? (side === 1 ? -1 : 1) : side);
  };

  return (
    // The keyboard's way to all of this is the reader's own keys, so the stage is not a control itself.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <div
      ref={stage}
      className={styles.stage}
      data-fit={fit}
      data-zoomed={zoom.zoomed || undefined}
      onPointerDown={(event) => (pressed.current = { x: event.clientX, y: event.clientY })}
      onClick={tap}
      {...zoom.hands}
    >
      {room.width > 0 ? (
        <div className={styles.carrier} style={{ transform: zoom.zoomed ? `translate(${zoom.view.x}px, ${zoom.view.y}px) scale(${zoom.view.scale})` : undefined }}>
          <FlipBook
            ref={book}
            openings={openings}
            index={index}
            layout={layout}
            direction={direction}
            leaf={leaf}
            language={language}
            curl={curl}
            draggable={!zoom.zoomed}
            onTurned={turned}
          />
        </div>
      ) : null}
    </div>
  );
}

/** The space inside the element's padding, as it changes. */
function useRoom(element: React.RefObject<HTMLElement | null>): Room {
  const [room, setRoom] = useState<Room>({ width: 0, height: 0 });
  useEffect(() => {
    const target = element.current;
    if (!target) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setRoom({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return room;
}

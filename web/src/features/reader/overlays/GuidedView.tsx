import { useQuery } from "@tanstack/react-query";
import { useEffect, useImperativeHandle, useMemo, useRef, useState, type CSSProperties, type MouseEvent as ReactMouseEvent, type Ref } from "react";

import type { Box, Direction, PageItem } from "~/api/types";
import { panelsQuery } from "~/api/understanding";
import { useText } from "~/lib/language";

import { closeTo, panelAround, panelsInOrder } from "../model/panels";
import { fetchAhead, pictureUrl } from "../model/pictures";
import { leafSize } from "../model/sizes";
import { ratioOf, type Side } from "../model/spreads";
import { PageFace, useNameOfPage } from "../view/PageFace";
import type { StageHandle } from "../view/Stage";
import { useHands } from "../view/useHands";
import { useRoom } from "../view/useRoom";
import { useWheelTurns } from "../view/useWheelTurns";

import styles from "./guided.module.css";

interface Props {
  pages: readonly PageItem[];
  here: number;
  /** The direction that the book's panels are ordered in, and the one that the reader goes. */
  own: Direction;
  direction: Direction;
  language: string | null;
  /** Whether the reader is known: nobody else has seen pages whose panels may be told. */
  signedIn: boolean;
  /** Steps without movement. */
  calm: boolean;
  /** The part of this page that somebody was sent to. */
  focus: Box | null;
  /** Whether it has just been chosen, and begins at the first panel rather than with the whole page. */
  begins: boolean;
  onGo: (orderIndex: number) => void;
  onPast: (delta: 1 | -1) => void;
  onMiddle: () => void;
  onLeave: () => void;
  /** The panel that is shown, from 0; null for the whole page. */
  onPanel: (panel: number | null) => void;
  ref?: Ref<StageHandle>;
}

/** Before the first panel: the page as a whole, which is also all there is of a page without panels. */
const WHOLE = -1;
/** The last panel of a page whose panels may not be known yet; the ones before it count down from it. */
const LAST = 10_000;
const PATIENCE_MS = 2500;
const EDGE = 0.28;
const MARGIN = 22;
const NARROW = 720;

/**
 * Panel by panel. A page comes whole first, for it has to be seen before anything on it is told, then its panels one after
 * the other, then the next page. Back goes the same way.
 */
export function GuidedView({ pages, here, own, direction, language, signedIn, calm, focus, begins, onGo, onPast, onMiddle, onLeave, onPanel, ref }: Props) {
  const text = useText();
  const nameOf = useNameOfPage();
  const stage = useRef<HTMLDivElement>(null);
  const room = useRoom(stage);
  const page = pages[here];
  const query = useQuery({ ...panelsQuery(page?.id ?? ""), enabled: signedIn && page?.seen === true });
  const panels = useMemo(() => panelsInOrder(query.data?.items ?? [], own, direction), [query.data, own, direction]);
  const sought = focus ? panelAround(panels, focus) : null;
  const [step, setStep] = useState({ page: here, at: begins ? 0 : WHOLE, sought: false });
  const [gaveUp, setGaveUp] = useState<number | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setGaveUp(here), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [here]);
  const coming = signedIn && page?.state !== "failed" && !query.isFetched && gaveUp !== here;
  // A page that was come to some other way, as by the scrubber, begins whole; one with something to show begins there.
  const asked = step.page === here ? step.at : WHOLE;
  const counted = asked > LAST / 2 ? panels.length - 1 - (LAST - asked) : asked;
  const at = panels.length === 0 ? WHOLE : sought !== null && !step.sought ? sought : Math.max(WHOLE, Math.min(counted, panels.length - 1));
  const panel = panels[at] ?? null;

  const goTo = (next: number, entering: number) => {
    setStep({ page: next, at: entering, sought: false });
    onGo(next);
  };
  const turn = (delta: 1 | -1) => {
    const stay = (to: number) => setStep({ page: here, at: to, sought: true });
    if (delta === 1) {
      if (at < panels.length - 1) stay(at + 1);
      // The panels are on their way: steps are counted until they are here, or will not come.
      else if (coming && asked !== LAST) stay(asked + 1);
      else if (pages[here + 1]) goTo(here + 1, WHOLE);
      else onPast(1);
    } else if (at > WHOLE) stay(at - 1);
    else if (coming && asked > WHOLE) stay(asked - 1);
    else if (pages[here - 1]) goTo(here - 1, LAST);
    else onPast(-1);
  };
  useImperativeHandle(ref, () => ({
    turn,
    onwards: (delta) => turn(delta),
    zoom: () => undefined,
    whole: () => {
      onLeave();
      return true;
    },
    show: () => setStep({ page: here, at: WHOLE, sought: true }),
  }));

  const number = panel ? at : null;
  useEffect(() => onPanel(number), [number, onPanel]);
  useEffect(() => {
    for (const near of [pages[here + 1], pages[here - 1]]) if (near) void fetchAhead(pictureUrl(near, language));
  }, [pages, here, language]);

  const rtl = direction === "rtl";
  const towards = (right: boolean): 1 | -1 => (right === rtl ? -1 : 1);
  useWheelTurns(stage, { zoomed: false, rtl, turn });
  const hands = useHands({
    zoomed: false,
    scrollsAcross: false,
    onTake: () => false,
    onPull: () => undefined,
    onRelease: () => undefined,
    onSwipe: (pulledLeft) => turn(towards(pulledLeft)),
    onPan: () => undefined,
    onPinch: () => undefined,
    onTap: (event: ReactMouseEvent) => {
      const box = event.currentTarget.getBoundingClientRect();
      const share = (event.clientX - box.left) / box.width;
      if (share < EDGE || share > 1 - EDGE) turn(towards(share > 0.5));
      else onMiddle();
    },
  });

  const side = useMemo<Side | null>(() => (page ? { page, half: null } : null), [page]);
  if (!page || !side) return null;
  const ratio = ratioOf(page);
  // As large as a page is outside of the guided view, so that nothing jumps between the two.
  const bars = room.width > NARROW ? { width: room.width - 56, height: room.height - 124 } : room;
  const size = leafSize(bars, ratio, 1, "page", page.width ?? 800);
  const margin = Math.min(MARGIN, room.width * 0.03);
  const { scale, x, y } = panel ? closeTo(panel, size, room, margin) : { scale: 1, x: 0, y: 0 };
  const spot: CSSProperties = panel
    ? { left: `${panel.x * 100}%`, top: `${panel.y * 100}%`, width: `${panel.width * 100}%`, height: `${panel.height * 100}%` }
    : { left: 0, top: 0, width: "100%", height: "100%" };
  return (
    <div ref={stage} className={styles.guided} data-guided={panel ? at + 1 : "page"} data-calm={calm || undefined} {...hands}>
      {room.width > 0 ? (
        <div key={calm ? `${page.id} ${at}` : page.id} className={styles.sheet} style={{ ...size, transform: `translate(${x}px, ${y}px) scale(${scale})` }}>
          <PageFace side={side} where="alone" box={ratio} language={language} />
          <span className={styles.spot} style={spot} data-on={panel ? "" : undefined} />
        </div>
      ) : null}
      <p className="unseen" role="status">
        {panel ? text("reader.guided.at", { page: nameOf(page), panel: at + 1, count: panels.length }) : ""}
      </p>
    </div>
  );
}

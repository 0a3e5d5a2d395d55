import { useEffect, useImperativeHandle, useRef, type CSSProperties, type ReactNode, type Ref } from "react";

import type { Direction } from "~/api/types";

import type { Leaf } from "../model/curl";
import { facesOf, type Faces, type Opening, type Side } from "../model/spreads";

import { PageFace, type Where } from "./PageFace";
import styles from "./reader.module.css";
import { useTurn, type Turning } from "./useTurn";

export interface FlipBookHandle {
  /** Turns one opening on or back, at once when `quick`; false where there is none. */
  turn: (delta: 1 | -1, quick?: boolean) => boolean;
  /** Takes the leaf that goes on or back with a pointer that has gone down here (client pixels); false where there is none. */
  take: (delta: 1 | -1, x: number, y: number) => boolean;
  pull: (x: number, y: number) => void;
  /** Lets the leaf go at this speed (pixels per millisecond, to the right), or calls the turn off. */
  release: (speed: number, calledOff?: boolean) => void;
}

interface Props {
  openings: readonly Opening[];
  index: number;
  layout: "single" | "spread";
  direction: Direction;
  /** The size of one leaf of each opening, in CSS pixels. */
  leafOf: (opening: Opening | undefined) => Leaf;
  language: string | null;
  /** Without it a turn is a fade. */
  curl: boolean;
  onShow: (index: number) => void;
  ref?: Ref<FlipBookHandle>;
}

/** The open book. Layers from below: what the turn reveals, what stays, the leaf that is turning, its back. */
export function FlipBook({ openings, index, layout, direction, leafOf, language, curl, onShow, ref }: Props) {
  const rtl = direction === "rtl";
  const spread = layout === "spread";
  const book = useRef<HTMLDivElement>(null);
  const own = leafOf(openings[index]);
  const pressed = useRef({ x: 0, y: 0 });

  // The leaf that turns in the single layout is the earlier page, whichever of the two is open.
  const leafFor = ({ from, delta, reversed }: Turning) => leafOf(openings[reversed ? from + delta : from]);
  const { turning, turn, take, pull, release, settle, corner, cancel } = useTurn({
    book,
    leafOf: leafFor,
    onTurned: ({ from, delta }) => onShow(from + delta),
  });

  const width = own.width * (spread ? 2 : 1);
  /** The spine, from the book's left edge; in the single layout, of the leaf of the given size in the book's middle. */
  const spineOf = (leaf: Leaf) => (spread ? own.width : rtl ? (width + leaf.width) / 2 : (width - leaf.width) / 2);

  const turningFor = (from: number, delta: 1 | -1): Turning =>
    spread ? { delta, from, side: (delta === 1) === rtl ? -1 : 1, reversed: false } : { delta, from, side: rtl ? -1 : 1, reversed: delta === -1 };

  useImperativeHandle(ref, () => ({
    turn: (delta, quick = false) => {
      const from = index + settle();
      if (!openings[from + delta]) return false;
      if (curl && !quick) turn(turningFor(from, delta));
      else onShow(from + delta);
      return true;
    },
    take: (delta, x, y) => {
      const from = index + settle();
      if (!openings[from + delta]) return false;
      const box = book.current?.getBoundingClientRect();
      pressed.current = { x, y };
      take(turningFor(from, delta), box ? y < box.top + box.height / 2 : false);
      return true;
    },
    pull: (x, y) => {
      const box = book.current?.getBoundingClientRect();
      if (!turning || !box) return;
      const leaf = leafFor(turning);
      const inLeaves = (clientX: number, clientY: number) => ({
        x: ((clientX - box.left - spineOf(leaf)) / leaf.width) * turning.side,
        y: (clientY - box.top - (box.height - leaf.height) / 2) / leaf.height,
      });
      // The corner comes to the pointer by and by: it may have gone down anywhere on the page.
      const start = inLeaves(pressed.current.x, pressed.current.y);
      const point = inLeaves(x, y);
      const share = Math.min(1, Math.abs(point.x - start.x) / 0.8);
      const rest = { x: turning.reversed ? -1 : 1, y: corner().y };
      pull({ x: point.x + (rest.x - start.x) * (1 - share), y: point.y + (rest.y - start.y) * (1 - share) });
    },
    release,
  }));

  // Somebody went elsewhere in the middle of a turn: there is nothing left to finish.
  const lost = turning !== null && turning.from !== index;
  useEffect(() => {
    if (lost) cancel();
  }, [lost, cancel]);
  useEffect(() => cancel, [cancel, layout, direction, curl, openings.length]);

  const current = facesOf(openings[index], direction);
  const shown = turning && !lost ? turning : null;
  const faceAt = (side: Side | null, where: Where, leaf: Leaf) => (side ? <PageFace side={side} where={where} box={leaf.width / leaf.height} language={language} /> : null);
  const placeOf = (side: 1 | -1, leaf: Leaf): CSSProperties => {
    const spine = spineOf(leaf);
    return { left: side === 1 ? spine : spine - leaf.width, top: (own.height - leaf.height) / 2, width: leaf.width, height: leaf.height };
  };
  const whereOf = (side: 1 | -1): Where => (spread ? (side === 1 ? "right" : "left") : "alone");
  const leafAt = ({ name, side, leaf, page, part, extra }: LeafAt) => (
    <div key={name} className={styles.leaf} style={placeOf(side, leaf)} data-where={whereOf(side)} data-part={part} data-gutter={gutter(page, spread) || undefined}>
      {faceAt(page, whereOf(side), leaf)}
      {extra}
    </div>
  );

  const home = rtl ? -1 : 1;
  const layers: ReactNode[] = [];
  if (!shown) {
    for (const side of [-1, 1] as const) {
      const page = side === 1 ? current.right : current.left;
      if (page) layers.push(leafAt({ name: `${side} ${page.page.id}`, side: spread ? side : home, leaf: own, page }));
    }
  } else {
    const target = facesOf(openings[shown.from + shown.delta], direction);
    const targetLeaf = leafOf(openings[shown.from + shown.delta]);
    const { side, reversed } = shown;
    const opposite = side === 1 ? -1 : 1;
    const at = (faces: Faces, where: 1 | -1) => (where === 1 ? faces.right : faces.left);
    const only = (faces: Faces) => faces.left ?? faces.right;
    // In the single layout the earlier page always lies on top, so going back is the same turn run backwards.
    const front = spread ? at(current, side) : only(reversed ? target : current);
    const under = spread ? at(target, side) : only(reversed ? current : target);
    const back = spread ? at(target, opposite) : null;
    const stays = spread ? at(current, opposite) : null;
    const leaf = reversed ? targetLeaf : own;
    const underLeaf = reversed ? own : targetLeaf;
    const spine = spineOf(leaf);
    if (stays) layers.push(leafAt({ name: `${opposite} ${stays.page.id}`, side: opposite, leaf: own, page: stays }));
    layers.push(
      leafAt({ name: `${spread ? side : home} ${under?.page.id}`, side: spread ? side : home, leaf: underLeaf, page: under, extra: under ? <div data-part="cast" className={styles.cast} /> : null }),
      leafAt({ name: `${spread ? side : home} ${front?.page.id}`, side: spread ? side : home, leaf, page: front, part: "front" }),
      <div
        key="back"
        data-part="back"
        className={styles.back}
        style={{ left: spine, top: (own.height - leaf.height) / 2, width: leaf.width, height: leaf.height }}
        data-blank={back === null || undefined}
      >
        {back ? faceAt(back, whereOf(opposite), leaf) : front ? <div className={styles.through}>{faceAt(front, whereOf(side), leaf)}</div> : null}
        <div data-part="fold" className={styles.fold} />
      </div>,
    );
  }

  return (
    <div ref={book} className={styles.book} style={{ width, height: own.height }} data-turning={shown ? "" : undefined}>
      {layers}
    </div>
  );
}

interface LeafAt {
  name: string;
  side: 1 | -1;
  leaf: Leaf;
  page: Side | null;
  part?: string;
  extra?: ReactNode;
}

/** A wide cover or title was not drawn as two pages, so no fold runs through its middle. */
function gutter(side: Side | null, spread: boolean): boolean {
  return spread && side !== null && (side.half === null || (side.page.double && side.page.kind === "story"));
}

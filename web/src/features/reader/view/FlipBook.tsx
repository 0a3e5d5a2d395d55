import { useImperativeHandle, useRef, type PointerEvent as ReactPointerEvent, type ReactNode, type Ref } from "react";

import type { Direction } from "~/api/types";

import type { Leaf } from "../model/curl";
import { facesOf, type Opening, type Side } from "../model/spreads";

import { PageFace } from "./PageFace";
import styles from "./reader.module.css";
import { useTurn, type Turning } from "./useTurn";

export interface FlipBookHandle {
  /** Turns one opening on or back, with the curl; does nothing at either end. */
  turn: (delta: 1 | -1) => void;
}

interface Props {
  openings: readonly Opening[];
  index: number;
  layout: "single" | "spread";
  direction: Direction;
  leaf: Leaf;
  language: string | null;
  /** Without it a turn is a fade. */
  curl: boolean;
  /** Whether pointers may pull at the leaves; not while the page is zoomed. */
  draggable: boolean;
  onTurned: (delta: 1 | -1) => void;
  ref?: Ref<FlipBookHandle>;
}

const EDGE = 0.22;

/** The open book. Layers from below: what the turn reveals, what stays, the leaf that is turning, its back. */
export function FlipBook({ openings, index, layout, direction, leaf, language, curl, draggable, onTurned, ref }: Props) {
  const rtl = direction === "rtl";
  const spread = layout === "spread";
  const book = useRef<HTMLDivElement>(null);
  const { turning, turn, drag, pull, release } = useTurn({ book, leaf, onTurned });
  const grip = useRef<{ x: number; at: number; speed: number } | null>(null);

  const turningFor = (delta: 1 | -1): Turning =>
    spread ? { delta, side: (delta === 1) === rtl ? -1 : 1, reversed: false } : { delta, side: rtl ? -1 : 1, reversed: delta === -1 };

  const go = (delta: 1 | -1) => {
    if (!openings[index + delta]) return;
    if (curl) turn(turningFor(delta));
    else onTurned(delta);
  };
  useImperativeHandle(ref, () => ({ turn: go }));

  const spineX = spread ? leaf.width : rtl ? leaf.width : 0;
  const fromSpine = (event: ReactPointerEvent) => {
    const box = book.current?.getBoundingClientRect();
    const scale = box ? box.width / (leaf.width * (spread ? 2 : 1)) : 1;
    return { x: (event.clientX - (box?.left ?? 0)) / scale - spineX, y: (event.clientY - (box?.top ?? 0)) / scale };
  };

  const grab = (event: ReactPointerEvent<HTMLDivElement>) => {
    if (!draggable || !curl || event.button !== 0 || !event.isPrimary) return;
    const point = fromSpine(event);
    const width = leaf.width * (spread ? 2 : 1);
    const share = (point.x + spineX) / width;
    const rightEdge = share > 1 - EDGE;
    if (!rightEdge && share > EDGE) return;
    const delta = rightEdge === rtl ? -1 : 1;
    if (!openings[index + delta]) return;
    grip.current = { x: event.clientX, at: event.timeStamp, speed: 0 };
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
  };

  const move = (event: ReactPointerEvent<HTMLDivElement>) => {
    const held = grip.current;
    if (!held) return;
    const point = fromSpine(event);
    if (!turning && Math.abs(event.clientX - held.x) > 6) {
      const pulledLeft = held.x > event.clientX;
      const delta = pulledLeft === rtl ? -1 : 1;
      if (!openings[index + delta]) return;
      drag(turningFor(delta), point.y < leaf.height / 2);
    }
    const elapsed = Math.max(1, event.timeStamp - held.at);
    grip.current = { x: turning ? event.clientX : held.x, at: event.timeStamp, speed: (event.clientX - held.x) / elapsed };
    pull(point);
  };

  const letGo = () => {
    const held = grip.current;
    grip.current = null;
    if (held && turning) release(held.speed);
  };

  const current = facesOf(openings[index], direction);
  const target = turning ? facesOf(openings[index + turning.delta], direction) : null;
  const face = (side: Side | null) => (side ? <PageFace side={side} language={language} /> : null);
  const place = (side: 1 | -1) => ({ left: side === 1 ? spineX : spineX - leaf.width, width: leaf.width, height: leaf.height });
  const leafAt = (key: string, side: 1 | -1, content: ReactNode, filled: boolean) => (
    <div key={key} className={styles.leaf} style={place(side)} data-side={side === 1 ? "right" : "left"} data-empty={!filled || undefined} data-spread={spread || undefined}>
      {content}
    </div>
  );

  return (
    <div
      ref={book}
      className={styles.book}
      style={{ width: leaf.width * (spread ? 2 : 1), height: leaf.height }}
      data-curl={curl || undefined}
      onPointerDown={grab}
      onPointerMove={move}
      onPointerUp={letGo}
      onPointerCancel={letGo}
    >
      {turning && target ? (
        <TurningLayers turning={turning} spread={spread} current={current} target={target} face={face} leafAt={leafAt} place={place} spineX={spineX} leaf={leaf} rtl={rtl} />
      ) : spread ? (
        <>
          {leafAt("left", -1, face(current.left), current.left !== null)}
          {leafAt("right", 1, face(current.right), current.right !== null)}
        </>
      ) : (
        leafAt("only", rtl ? -1 : 1, face(current.left ?? current.right), true)
      )}
    </div>
  );
}

type Faces = ReturnType<typeof facesOf>;

interface LayersProps {
  turning: Turning;
  spread: boolean;
  current: Faces;
  target: Faces;
  face: (side: Side | null) => ReactNode;
  leafAt: (key: string, side: 1 | -1, content: ReactNode, filled: boolean) => ReactNode;
  place: (side: 1 | -1) => { left: number; width: number; height: number };
  spineX: number;
  leaf: Leaf;
  rtl: boolean;
}

function TurningLayers({ turning, spread, current, target, face, leafAt, place, spineX, leaf, rtl }: LayersProps) {
  const { side, reversed } = turning;
  const at = (faces: Faces, where: 1 | -1) => (where === 1 ? faces.right : faces.left);
  const only = (faces: Faces) => faces.left ?? faces.right;
  const opposite = side === 1 ? -1 : 1;
  // In the single layout the earlier page always lies on top, so going back is the same turn run backwards.
  const front = spread ? at(current, side) : only(reversed ? target : current);
  const under = spread ? at(target, side) : only(reversed ? current : target);
  const back = spread ? at(target, opposite) : null;
  const home = spread ? side : rtl ? -1 : 1;
  return (
    <>
      {spread ? leafAt("stays", opposite, face(at(current, opposite)), at(current, opposite) !== null) : null}
      <div className={styles.leaf} style={place(home)} data-side={home === 1 ? "right" : "left"} data-empty={under === null || undefined} data-spread={spread || undefined}>
        {face(under)}
        <div data-part="cast" className={styles.cast} />
      </div>
      <div data-part="front" className={styles.leaf} style={place(home)} data-side={home === 1 ? "right" : "left"} data-empty={front === null || undefined} data-spread={spread || undefined}>
        {face(front)}
      </div>
      <div data-part="back" className={styles.back} style={{ left: spineX, width: leaf.width, height: leaf.height }} data-blank={back === null || undefined}>
        {back ? face(back) : spread ? null : <div className={styles.through}>{face(front)}</div>}
        <div data-part="fold" className={styles.fold} />
      </div>
    </>
  );
}

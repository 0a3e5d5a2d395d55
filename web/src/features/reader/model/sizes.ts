import type { Fit } from "~/api/types";

import type { Leaf } from "./curl";

export interface Room {
  width: number;
  height: number;
}

/** The size of one leaf in a stage, in CSS pixels. `natural` is the page's own width at one image pixel per device pixel. */
export function leafSize(room: Room, ratio: number, columns: 1 | 2, fit: Fit, natural: number): Leaf {
  const widest = room.width / columns;
  const width = {
    page: Math.min(widest, room.height * ratio),
    width: widest,
    height: room.height * ratio,
    original: natural,
  }[fit];
  const whole = Math.max(40, Math.round(width));
  return { width: whole, height: Math.max(40, Math.round(whole / ratio)) };
}

export interface View {
  scale: number;
  x: number;
  y: number;
}

export const WHOLE: View = { scale: 1, x: 0, y: 0 };
const LARGEST = 6;

/** Where a picture of one shape lies in a box of another, whole and as large as it can be: its size in shares of the box. */
export function contained(picture: number, box: number): { width: number; height: number } {
  return picture >= box ? { width: 1, height: box / picture } : { width: picture / box, height: 1 };
}

/** The view scaled by `factor` with the point under the fingers (from the stage's centre) staying where it is. */
export function zoomedAt({ scale, x, y }: View, factor: number, point: { x: number; y: number }): View {
  const next = Math.min(LARGEST, Math.max(1, scale * factor));
  if (next === 1) return WHOLE;
  const grown = next / scale;
  return { scale: next, x: point.x - (point.x - x) * grown, y: point.y - (point.y - y) * grown };
}

/** The view moved, so far that its edge may come to the middle of the stage and no further. */
export function movedBy({ scale, x, y }: View, dx: number, dy: number, size: Room): View {
  const reach = { x: (size.width * scale) / 2, y: (size.height * scale) / 2 };
  return { scale, x: clamp(x + dx, reach.x), y: clamp(y + dy, reach.y) };
}

const clamp = (value: number, limit: number) => Math.min(limit, Math.max(-limit, value));

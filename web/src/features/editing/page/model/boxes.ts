import type { Box } from "~/api/types";

/** The sides that a handle pulls: "se" is the corner at the bottom right. */
export type Handle = "nw" | "ne" | "sw" | "se";

export const HANDLES: readonly Handle[] = ["nw", "ne", "sw", "se"];

/** Fractions of a page below which a box cannot be seen, nor taken hold of. */
export const SMALLEST = 0.01;

const round = (value: number) => Math.round(value * 10_000) / 10_000;
const between = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/** The box at another place, whole on the page. */
export function moved(box: Box, dx: number, dy: number): Box {
  return { ...box, x: round(between(box.x + dx, 0, 1 - box.width)), y: round(between(box.y + dy, 0, 1 - box.height)) };
}

/** The box with one corner pulled; the opposite one stays. */
export function resized(box: Box, handle: Handle, dx: number, dy: number): Box {
  let [left, top, right, bottom] = [box.x, box.y, box.x + box.width, box.y + box.height];
  if (handle.includes("w")) left = between(left + dx, 0, right - SMALLEST);
  else right = between(right + dx, left + SMALLEST, 1);
  if (handle.startsWith("n")) top = between(top + dy, 0, bottom - SMALLEST);
  else bottom = between(bottom + dy, top + SMALLEST, 1);
  return { x: round(left), y: round(top), width: round(right - left), height: round(bottom - top) };
}

export interface Point {
  x: number;
  y: number;
}

/** The box between two corners in any order; null where it is too small to be meant. */
export function drawn(from: Point, to: Point): Box | null {
  const [left, right] = [Math.min(from.x, to.x), Math.max(from.x, to.x)].map((value) => between(value, 0, 1)) as [number, number];
  const [top, bottom] = [Math.min(from.y, to.y), Math.max(from.y, to.y)].map((value) => between(value, 0, 1)) as [number, number];
  if (right - left < SMALLEST || bottom - top < SMALLEST) return null;
  return { x: round(left), y: round(top), width: round(right - left), height: round(bottom - top) };
}

/** The number, from 1, of the panel that most of a box is in; null where it is in none. */
export function panelUnder(box: Box, panels: readonly Box[]): number | null {
  let [best, most] = [-1, 0];
  panels.forEach((panel, index) => {
    const width = Math.min(box.x + box.width, panel.x + panel.width) - Math.max(box.x, panel.x);
    const height = Math.min(box.y + box.height, panel.y + panel.height) - Math.max(box.y, panel.y);
    const shared = Math.max(0, width) * Math.max(0, height);
    if (shared > most) [best, most] = [index, shared];
  });
  return best === -1 ? null : best + 1;
}

/** A new box in the middle of a part of the page. */
export function middleOf(part: Box, share = 0.4): Box {
  const [width, height] = [Math.max(SMALLEST, part.width * share), Math.max(SMALLEST, part.height * share)];
  return { x: round(part.x + (part.width - width) / 2), y: round(part.y + (part.height - height) / 2), width: round(width), height: round(height) };
}

export const WHOLE: Box = { x: 0, y: 0, width: 1, height: 1 };

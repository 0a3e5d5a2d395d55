import type { Box } from "~/api/types";

/** Width over height of a citation's little picture, and of the pages they are cut from, near enough. */
const SHAPE = 1.6;
const PAGE = 0.71;
const LEAST = 0.3;
const ROOM = 1.5;

/** The part of a page to show for a box on it: what is around it too, in the shape of the picture, within the page. */
export function around({ x, y, width, height }: Box): Box {
  const wide = Math.min(1, Math.max(LEAST, width * ROOM, (height * ROOM * SHAPE) / PAGE));
  const high = Math.min(1, (wide * PAGE) / SHAPE);
  const within = (middle: number, size: number) => Math.min(1 - size, Math.max(0, middle - size / 2));
  return { x: within(x + width / 2, wide), y: within(y + height / 2, high), width: wide, height: high };
}

/** Where nothing is pointed at: the upper part of the page. */
export const HEAD: Box = { x: 0, y: 0.04, width: 1, height: PAGE / SHAPE };

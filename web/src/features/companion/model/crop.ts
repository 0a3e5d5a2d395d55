import type { Box } from "~/api/types";

/** Width over height of a citation's little picture, and of the pages they are cut from, near enough. */
const SHAPE = 1.55;
const PAGE = 0.71;
const LEAST = 0.3;
const ROOM = 0.1;
/** Of what is taller than the picture, the upper part is shown, where the faces are. */
const UPPER = 0.3;

/** The part of a page to show for a box on it: what is around it too, in the shape of the picture, within the page. */
export function around(box: Box): Box {
  const width = Math.min(1, Math.max(LEAST, box.width + ROOM));
  const height = (width * PAGE) / SHAPE;
  const taller = box.height - height;
  const y = taller > 0 ? box.y + taller * UPPER : box.y + box.height / 2 - height / 2;
  return { x: within(box.x + box.width / 2 - width / 2, width), y: within(y, height), width, height };
}

const within = (start: number, size: number) => Math.min(1 - size, Math.max(0, start));

/** Where nothing is pointed at: the upper part of the page. */
export const HEAD: Box = { x: 0, y: 0.04, width: 1, height: PAGE / SHAPE };

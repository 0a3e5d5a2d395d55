import type { Box, Direction } from "~/api/types";

import type { Room } from "./sizes";

/** Panels share a row when more than half of the lower one lies beside the other. */
const BESIDE = 0.5;
/** A single panel that is almost the page is no step of its own. */
const WHOLE_PAGE = 0.8;

/**
 * Panels in the order of reading. They come in the order of the book's own direction; a reader who reads it the other way
 * goes through each row the other way, rows from above as before.
 */
export function panelsInOrder<T extends Box>(panels: readonly T[], own: Direction, wanted: Direction): T[] {
  if (panels.length === 1 && panels[0] && panels[0].width * panels[0].height > WHOLE_PAGE) return [];
  if ((own === "rtl") === (wanted === "rtl")) return [...panels];
  const rows: T[][] = [];
  for (const panel of panels) {
    const row = rows.at(-1);
    if (row?.every((other) => beside(other, panel))) row.push(panel);
    else rows.push([panel]);
  }
  return rows.flatMap((row) => row.reverse());
}

function beside(a: Box, b: Box): boolean {
  const shared = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return shared > Math.min(a.height, b.height) * BESIDE;
}

/** Which panel a box is in: the one that its middle lies in, else null. */
export function panelAround(panels: readonly Box[], box: Box): number | null {
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  const at = panels.findIndex((panel) => x >= panel.x && x <= panel.x + panel.width && y >= panel.y && y <= panel.y + panel.height);
  return at === -1 ? null : at;
}

export interface Closeness {
  scale: number;
  x: number;
  y: number;
}

const CLOSEST = 5;

/**
 * How a page that lies whole in the middle of a room is moved and scaled (about its middle) so that a part of it fills the
 * room, whole, with a margin in pixels around it.
 */
export function closeTo(box: Box, page: Room, room: Room, margin: number): Closeness {
  const width = Math.max(1, box.width * page.width);
  const height = Math.max(1, box.height * page.height);
  const fits = Math.min((room.width - 2 * margin) / width, (room.height - 2 * margin) / height);
  const scale = Math.min(CLOSEST, Math.max(0.2, fits));
  return {
    scale,
    x: (0.5 - (box.x + box.width / 2)) * page.width * scale,
    y: (0.5 - (box.y + box.height / 2)) * page.height * scale,
  };
}

/** The box written in an address, "x,y,width,height" in fractions; null when it is none, or lies outside of the page. */
export function boxOf(written: string | undefined): Box | null {
  const [x, y, width, height, ...more] = (written ?? "").split(",").map(Number);
  if (x === undefined || y === undefined || width === undefined || height === undefined || more.length) return null;
  const sound = [x, y, width, height].every((share) => Number.isFinite(share) && share >= 0 && share <= 1);
  return sound && width > 0 && height > 0 ? { x, y, width: Math.min(width, 1 - x), height: Math.min(height, 1 - y) } : null;
}

const LARGEST_LETTER = 2.6;

/** The height of one letter that lets a text fill a box, in hundredths of the page's width. */
export function letterSize(text: string, box: Box, ratio: number): number {
  const width = box.width * 100;
  const height = (box.height * 100) / ratio;
  const longest = Math.max(1, ...text.split(/\s+/).map((word) => word.length));
  const filling = Math.sqrt((width * height * 0.6) / (Math.max(4, text.length) * 0.68));
  return Math.max(0.9, Math.min(LARGEST_LETTER, filling, height * 0.8, (width * 0.96) / (longest * 0.56)));
}

import type { Box, Direction } from "~/api/types";

/** The list with one item at another place. */
export function reordered<T>(items: readonly T[], from: number, to: number): T[] {
  const next = [...items];
  const [item] = next.splice(from, 1);
  if (item !== undefined) next.splice(Math.min(Math.max(0, to), next.length), 0, item);
  return next;
}

/**
 * Boxes as they are read: rows from the top, and in a row from the side where reading begins. Boxes are in one row when
 * the middle of the one is within the height of the other.
 */
export function inReadingOrder<T extends Box>(boxes: readonly T[], direction: Direction): T[] {
  const rows: T[][] = [];
  for (const box of [...boxes].sort((a, b) => a.y - b.y || a.x - b.x)) {
    const row = rows.at(-1);
    const first = row?.[0];
    const middle = box.y + box.height / 2;
    if (row && first && middle < first.y + first.height) row.push(box);
    else rows.push([box]);
  }
  const side = direction === "rtl" ? -1 : 1;
  return rows.flatMap((row) => row.sort((a, b) => side * (a.x - b.x) || a.y - b.y));
}

import type { WorldTie } from "~/api/types";

import type { Spot, Spots } from "./layout";

/** A tie as it is drawn: a gentle bow from rim to rim, with a tip, and a place for its words. */
export interface Line {
  path: string;
  label: Spot;
}

const GAP = 6;
const TIP = 7;
const BOW = 34;
/** Below somebody stands their name. */
const NAME = 24;

/** `bend` is how many bows to the side it goes, so that several ties between the same two can be told apart. */
export function lineBetween(from: Spot & { r: number }, to: Spot & { r: number }, bend: number): Line {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = Math.hypot(dx, dy) || 1;
  const [ux, uy] = [dx / length, dy / length];
  const middle = { x: (from.x + to.x) / 2 - uy * bend * BOW, y: (from.y + to.y) / 2 + ux * bend * BOW };
  const control = { x: 2 * middle.x - (from.x + to.x) / 2, y: 2 * middle.y - (from.y + to.y) / 2 };
  const rim = (at: Spot & { r: number }) => {
    const [cx, cy] = [control.x - at.x, control.y - at.y];
    const away = Math.hypot(cx, cy) || 1;
    const off = at.r + GAP + Math.max(0, cy / away) * NAME;
    return { x: at.x + (cx / away) * off, y: at.y + (cy / away) * off };
  };
  const [start, end] = [rim(from), rim(to)];
  const [ex, ey] = [end.x - control.x, end.y - control.y];
  const e = Math.hypot(ex, ey) || 1;
  const [vx, vy] = [ex / e, ey / e];
  const side = (sign: number) => `${round(end.x - vx * TIP - sign * vy * TIP * 0.6)} ${round(end.y - vy * TIP + sign * vx * TIP * 0.6)}`;
  return {
    path: `M${round(start.x)} ${round(start.y)}Q${round(control.x)} ${round(control.y)} ${round(end.x)} ${round(end.y)}M${side(1)}L${round(end.x)} ${round(end.y)}L${side(-1)}`,
    label: { x: round(middle.x), y: round(middle.y) },
  };
}

const round = (value: number) => Math.round(value * 10) / 10;

/** How far each tie bows to the side: none where two have one tie, to either side where they have several. */
export function bendsOf(ties: readonly WorldTie[]): Map<string, number> {
  const pairs = new Map<string, WorldTie[]>();
  for (const tie of ties) {
    const pair = [tie.source_id, tie.target_id].sort().join(" ");
    pairs.set(pair, [...(pairs.get(pair) ?? []), tie]);
  }
  const bends = new Map<string, number>();
  for (const together of pairs.values()) {
    together.forEach(({ id, source_id: source, target_id: target }, index) => {
      const bend = index - (together.length - 1) / 2;
      // Seen from the other end, a bow to the left is one to the right.
      bends.set(id, source < target ? bend : -bend);
    });
  }
  return bends;
}

interface Word {
  id: string;
  at: Spot;
  text: string;
}

const LETTER = 6.4;
const LINE = 17;

/** The ties whose words would lie over another's, or over somebody: those are told when they are looked at. */
export function crowded(words: readonly Word[], spots: Spots, shown: readonly string[]): ReadonlySet<string> {
  const out = new Set<string>();
  const taken = new Grid();
  for (const id of shown) {
    const at = spots.get(id);
    if (at) taken.add({ left: at.x - 34, right: at.x + 34, top: at.y - 32, bottom: at.y + 50 });
  }
  for (const { id, at, text } of words) {
    const half = (text.length * LETTER) / 2;
    const box = { left: at.x - half, right: at.x + half, top: at.y - LINE / 2, bottom: at.y + LINE / 2 };
    if (taken.meets(box)) out.add(id);
    else taken.add(box);
  }
  return out;
}

interface Rect {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const CELL = 160;

/** Boxes by the cells that they lie in, so that a thousand do not have to be held against each other. */
class Grid {
  private readonly cells = new Map<string, Rect[]>();

  add(box: Rect): void {
    for (const cell of this.cellsOf(box)) this.cells.set(cell, [...(this.cells.get(cell) ?? []), box]);
  }

  meets(box: Rect): boolean {
    return this.cellsOf(box).some((cell) => this.cells.get(cell)?.some((one) => one.left < box.right && one.right > box.left && one.top < box.bottom && one.bottom > box.top));
  }

  private cellsOf({ left, right, top, bottom }: Rect): string[] {
    const all: string[] = [];
    for (let x = Math.floor(left / CELL); x <= Math.floor(right / CELL); x += 1) {
      for (let y = Math.floor(top / CELL); y <= Math.floor(bottom / CELL); y += 1) all.push(`${x} ${y}`);
    }
    return all;
  }
}

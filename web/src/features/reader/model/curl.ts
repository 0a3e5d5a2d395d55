/**
 * A leaf of paper turning about its spine, as plane geometry.
 *
 * Pulling the corner C of a leaf to a point P folds it along the perpendicular bisector of CP: what is nearer to C than
 * to P is lifted and lies mirrored about that line, showing the leaf's back. Coordinates here are those of the leaf
 * being turned: spine at x = 0, the leaf from 0 to `width`, y downwards from 0 to `height`; the caller mirrors x for a
 * leaf that lies to the left of the spine.
 */

export interface Point {
  x: number;
  y: number;
}

export interface Leaf {
  width: number;
  height: number;
}

/** `[a, b, c, d, e, f]` as CSS writes it: x' = a·x + c·y + e, y' = b·x + d·y + f. */
export type Matrix = readonly [number, number, number, number, number, number];

export interface Fold {
  /** What still lies flat, in leaf coordinates. */
  flat: Point[];
  /** What has been lifted, in leaf coordinates. */
  lifted: Point[];
  /** From the back's own box, with its origin at its outer top corner when turned over, to where it lies now. */
  back: Matrix;
  /** A point on the fold, and the unit vector across it that points to the lifted side. */
  at: Point;
  across: Point;
  /** 0 flat, 1 turned over. */
  progress: number;
}

const EPSILON = 1e-6;

/** The nearest place to `wanted` that paper which neither stretches nor tears lets the corner reach. */
export function reachable(wanted: Point, corner: Point, { width, height }: Leaf): Point {
  const near: Point = { x: 0, y: corner.y };
  const far: Point = { x: 0, y: corner.y === 0 ? height : 0 };
  return within(within(wanted, near, width), far, Math.hypot(width, height));
}

function within(point: Point, centre: Point, radius: number): Point {
  const distance = Math.hypot(point.x - centre.x, point.y - centre.y);
  if (distance <= radius) return point;
  const scale = radius / distance;
  return { x: centre.x + (point.x - centre.x) * scale, y: centre.y + (point.y - centre.y) * scale };
}

/** The fold with the corner at `pulled`. A corner that has not moved is no fold at all. */
export function foldOf(pulled: Point, corner: Point, leaf: Leaf): Fold {
  const { width, height } = leaf;
  const sheet: Point[] = [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: width, y: height },
    { x: 0, y: height },
  ];
  const dx = corner.x - pulled.x;
  const dy = corner.y - pulled.y;
  const length = Math.hypot(dx, dy);
  if (length < EPSILON) {
    return { flat: sheet, lifted: [], back: [1, 0, 0, 1, 0, 0], at: corner, across: { x: 1, y: 0 }, progress: 0 };
  }
  const across = { x: dx / length, y: dy / length };
  const at = { x: (corner.x + pulled.x) / 2, y: (corner.y + pulled.y) / 2 };
  const side = (point: Point) => (point.x - at.x) * across.x + (point.y - at.y) * across.y;
  return {
    flat: cut(sheet, (point) => -side(point)),
    lifted: cut(sheet, side),
    back: backMatrix(at, across, width),
    at,
    across,
    progress: Math.min(1, Math.max(0, (width - pulled.x) / (2 * width))),
  };
}

/** The part of a convex polygon where `side` is not negative (Sutherland and Hodgman, one edge). */
function cut(polygon: readonly Point[], side: (point: Point) => number): Point[] {
  const kept: Point[] = [];
  polygon.forEach((point, index) => {
    const next = polygon[(index + 1) % polygon.length] ?? point;
    const here = side(point);
    const there = side(next);
    if (here >= 0) kept.push(point);
    if (here * there < 0) {
      const share = here / (here - there);
      kept.push({ x: point.x + (next.x - point.x) * share, y: point.y + (next.y - point.y) * share });
    }
  });
  return kept.length > 2 ? kept : [];
}

/** The back's box is the leaf's mirror image, so mirrored about the fold it is only turned and moved. */
function backMatrix(at: Point, { x: nx, y: ny }: Point, width: number): Matrix {
  const offset = 2 * (at.x * nx + at.y * ny);
  // Reflection of (x, y): (x, y) - 2((x, y)·n - at·n) n, with x = width - u for a point u of the back's box.
  const a = -(1 - 2 * nx * nx);
  const b = 2 * nx * ny;
  const c = -2 * nx * ny;
  const d = 1 - 2 * ny * ny;
  const e = width * (1 - 2 * nx * nx) + offset * nx;
  const f = -2 * nx * ny * width + offset * ny;
  return [a, b, c, d, e, f];
}

export function apply([a, b, c, d, e, f]: Matrix, { x, y }: Point): Point {
  return { x: a * x + c * y + e, y: b * x + d * y + f };
}

/** The same matrix for a leaf that lies to the left of the spine: mirrored before and after. */
export function mirrored([a, b, c, d, e, f]: Matrix, width: number): Matrix {
  // before: u -> width - u (the back's box is read from its other edge); after: x -> -x.
  return [a, -b, -c, d, -(a * width + e), b * width + f];
}

/** Where the corner is at a moment of a turn that nobody drags: an arc from its own place to the other side. */
export function pathOfTurn(share: number, corner: Point, { width, height }: Leaf): Point {
  const lift = Math.sin(share * Math.PI) * height * 0.14;
  return { x: width - 2 * width * share, y: corner.y === 0 ? lift : corner.y - lift };
}

export const easeInOut = (share: number): number => (share < 0.5 ? 2 * share * share : 1 - (2 - 2 * share) ** 2 / 2);

/** A polygon for `clip-path`, in pixels. */
export function clipPath(points: readonly Point[]): string {
  return points.length ? `polygon(${points.map(({ x, y }) => `${x.toFixed(2)}px ${y.toFixed(2)}px`).join(",")})` : "polygon(0 0)";
}

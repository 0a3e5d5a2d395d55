import { describe, expect, it } from "vitest";

import { apply, foldOf, mirrored, pathOfTurn, reachable, type Point } from "./curl";

const leaf = { width: 400, height: 600 };
const corner = { x: 400, y: 600 };
const area = (points: Point[]) =>
  Math.abs(points.reduce((sum, p, i) => {
    const q = points[(i + 1) % points.length] ?? p;
    return sum + p.x * q.y - q.x * p.y;
  }, 0)) / 2;
const pulls: Point[] = [
  { x: 390, y: 590 },
  { x: 200, y: 500 },
  { x: 0, y: 580 },
  { x: -200, y: 560 },
  { x: -399, y: 600 },
];

describe("a turning leaf", () => {
  it("is cut in two parts that make up the whole leaf", () => {
    for (const pull of pulls) {
      const { flat, lifted } = foldOf(reachable(pull, corner, leaf), corner, leaf);
      expect(area(flat) + area(lifted)).toBeCloseTo(400 * 600, 3);
    }
  });

  it("shows its back exactly where the pulled corner is", () => {
    for (const pull of pulls) {
      const pulled = reachable(pull, corner, leaf);
      const { back } = foldOf(pulled, corner, leaf);
      const seen = apply(back, { x: 0, y: 600 });
      expect(seen.x).toBeCloseTo(pulled.x, 4);
      expect(seen.y).toBeCloseTo(pulled.y, 4);
    }
  });

  it("keeps the back's size and does not mirror its picture", () => {
    const { back } = foldOf({ x: 50, y: 420 }, corner, leaf);
    const [a, b, c, d] = back;
    expect(a * d - b * c).toBeCloseTo(1, 6);
  });

  it("lies mirrored about the spine when it is turned over", () => {
    const { back, flat, progress } = foldOf({ x: -400, y: 600 }, corner, leaf);
    expect(apply(back, { x: 0, y: 0 }).x).toBeCloseTo(-400, 4);
    expect(apply(back, { x: 400, y: 0 }).x).toBeCloseTo(0, 4);
    expect(area(flat)).toBeCloseTo(0, 3);
    expect(progress).toBe(1);
  });

  it("never stretches: the corner stays within a leaf's width of the near end of the spine", () => {
    for (const wanted of [{ x: 900, y: 900 }, { x: -900, y: 100 }, { x: 200, y: -700 }]) {
      const { x, y } = reachable(wanted, corner, leaf);
      expect(Math.hypot(x, y - 600)).toBeLessThanOrEqual(400.001);
    }
  });

  it("on the left of the spine is the mirror image of one on the right", () => {
    const { back } = foldOf({ x: 100, y: 560 }, corner, leaf);
    const right = apply(back, { x: 30, y: 40 });
    const left = apply(mirrored(back, 400), { x: 400 - 30, y: 40 });
    expect(left.x).toBeCloseTo(-right.x, 4);
    expect(left.y).toBeCloseTo(right.y, 4);
  });

  it("starts at its corner and ends across the spine when nobody drags it", () => {
    expect(pathOfTurn(0, corner, leaf)).toEqual({ x: 400, y: 600 });
    const end = pathOfTurn(1, corner, leaf);
    expect(end.x).toBeCloseTo(-400);
    expect(end.y).toBeCloseTo(600);
  });
});

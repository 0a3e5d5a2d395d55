import { expect, test } from "vitest";

import { around } from "./crop";

test("a balloon is shown with what is around it, in its middle", () => {
  const part = around({ x: 0.4, y: 0.5, width: 0.1, height: 0.04 });
  expect(part.x + part.width / 2).toBeCloseTo(0.45);
  expect(part.y + part.height / 2).toBeCloseTo(0.52);
  expect(part.width).toBeGreaterThanOrEqual(0.3);
});

test("no part reaches beyond its page, wherever the box is and however large", () => {
  for (const box of [{ x: 0, y: 0, width: 0.1, height: 0.1 }, { x: 0.9, y: 0.95, width: 0.1, height: 0.05 }, { x: 0, y: 0, width: 1, height: 1 }, { x: 0.1, y: 0, width: 0.2, height: 1 }]) {
    const { x, y, width, height } = around(box);
    expect([x >= 0, y >= 0, x + width <= 1.0001, y + height <= 1.0001]).toEqual([true, true, true, true]);
  }
});

test("of a tall panel the upper part is shown, not all that is beside it", () => {
  const part = around({ x: 0.5, y: 0.03, width: 0.28, height: 0.41 });
  expect(part.width).toBeCloseTo(0.38);
  expect(part.y).toBeGreaterThan(0.03);
  expect(part.y + part.height).toBeLessThan(0.44);
});

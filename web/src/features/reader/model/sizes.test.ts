import { describe, expect, it } from "vitest";

import { contained, leafSize, movedBy, WHOLE, zoomedAt } from "./sizes";

const room = { width: 1200, height: 800 };

describe("the size of a leaf", () => {
  it("is as large as fits, whole, for one page and for two", () => {
    expect(leafSize(room, 0.7, 1, "page", 992)).toEqual({ width: 560, height: 800 });
    expect(leafSize({ width: 390, height: 800 }, 0.7, 1, "page", 992)).toEqual({ width: 390, height: 557 });
    expect(leafSize(room, 0.7, 2, "page", 992).width * 2).toBeLessThanOrEqual(1200);
  });

  it("fills the width, the height, or is the picture's own", () => {
    expect(leafSize(room, 0.7, 1, "width", 992).width).toBe(1200);
    expect(leafSize(room, 0.7, 2, "height", 992).height).toBe(800);
    expect(leafSize(room, 0.7, 1, "original", 992).width).toBe(992);
  });
});

describe("a picture in a leaf of another shape", () => {
  it("is whole, and touches the leaf's edges in one direction", () => {
    expect(contained(0.7, 0.7)).toEqual({ width: 1, height: 1 });
    expect(contained(1.4, 0.7)).toEqual({ width: 1, height: 0.5 });
    expect(contained(0.35, 0.7)).toEqual({ width: 0.5, height: 1 });
  });
});

describe("zooming", () => {
  it("keeps what is under the fingers under them", () => {
    const before = { scale: 2, x: 30, y: -10 };
    const after = zoomedAt(before, 1.5, { x: 100, y: 50 });
    expect((100 - after.x) / after.scale).toBeCloseTo((100 - before.x) / before.scale);
    expect((50 - after.y) / after.scale).toBeCloseTo((50 - before.y) / before.scale);
  });

  it("ends at the whole page, in its place", () => {
    expect(zoomedAt({ scale: 2, x: 300, y: 9 }, 0.1, { x: 5, y: 5 })).toEqual(WHOLE);
    expect(zoomedAt(WHOLE, 100, { x: 0, y: 0 }).scale).toBe(6);
  });

  it("cannot lose the page", () => {
    expect(movedBy({ scale: 2, x: 0, y: 0 }, 9999, -9999, { width: 400, height: 600 })).toEqual({ scale: 2, x: 400, y: -600 });
  });
});

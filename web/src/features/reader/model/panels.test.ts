import { describe, expect, it } from "vitest";

import { boxOf, closeTo, letterSize, panelAround, panelsInOrder } from "./panels";

const box = (name: string, x: number, y: number, width: number, height: number) => ({ name, x, y, width, height });
// Two rows: one wide panel above, three small ones below it.
const page = [box("wide", 0.05, 0.05, 0.9, 0.4), box("a", 0.05, 0.5, 0.25, 0.4), box("b", 0.35, 0.5, 0.25, 0.42), box("c", 0.65, 0.48, 0.3, 0.4)];
const names = (panels: { name: string }[]) => panels.map(({ name }) => name).join(" ");

describe("the order of panels", () => {
  it("is the book's own for who reads it as it was made", () => {
    expect(names(panelsInOrder(page, "ltr", "ltr"))).toBe("wide a b c");
    expect(names(panelsInOrder(page, "ltr", "vertical"))).toBe("wide a b c");
  });

  it("runs the other way in each row for who reads it the other way round", () => {
    expect(names(panelsInOrder(page, "ltr", "rtl"))).toBe("wide c b a");
    expect(names(panelsInOrder([...page].reverse(), "rtl", "ltr"))).toBe("a b c wide");
  });

  it("knows no step in a page that is one picture", () => {
    expect(panelsInOrder([box("all", 0.02, 0.02, 0.96, 0.96)], "ltr", "ltr")).toEqual([]);
    expect(panelsInOrder([box("inset", 0.2, 0.2, 0.4, 0.4)], "ltr", "ltr")).toHaveLength(1);
  });
});

describe("a step", () => {
  it("brings the panel to the middle, as large as it can be whole", () => {
    const { scale, x, y } = closeTo({ x: 0.5, y: 0, width: 0.5, height: 0.25 }, { width: 400, height: 600 }, { width: 1000, height: 640 }, 20);
    expect(scale).toBeCloseTo(4);
    expect(x).toBeCloseTo(-0.25 * 400 * 4);
    expect(y).toBeCloseTo(0.375 * 600 * 4);
  });

  it("never magnifies a speck beyond sense", () => {
    expect(closeTo({ x: 0, y: 0, width: 0.001, height: 0.001 }, { width: 400, height: 600 }, { width: 1000, height: 640 }, 20).scale).toBe(5);
  });

  it("begins at the panel that is asked for", () => {
    expect(panelAround(page, { x: 0.4, y: 0.6, width: 0.05, height: 0.05 })).toBe(2);
    expect(panelAround(page, { x: 0.0, y: 0.96, width: 0.02, height: 0.02 })).toBeNull();
  });
});

describe("a box in an address", () => {
  it("is four fractions", () => {
    expect(boxOf("0.1,0.2,0.3,0.4")).toEqual({ x: 0.1, y: 0.2, width: 0.3, height: 0.4 });
    expect(boxOf("0.9,0,0.3,1")).toEqual({ x: 0.9, y: 0, width: 1 - 0.9, height: 1 });
  });

  it.each([undefined, "", "1,2,3", "a,b,c,d", "0.1,0.2,0,0.4", "-1,0,1,1", "0,0,1,1,1", "NaN,0,1,1"])("is not %s", (written) => {
    expect(boxOf(written)).toBeNull();
  });
});

describe("letters laid over a balloon", () => {
  it("are smaller the more there are, and no longer than the box", () => {
    const balloon = { x: 0, y: 0, width: 0.2, height: 0.1 };
    expect(letterSize("Oh!", balloon, 0.7)).toBeGreaterThan(letterSize("Oh, let me guess: business is booming, and the shop is full", balloon, 0.7));
    expect(letterSize("Donaudampfschiffahrtsgesellschaft", balloon, 0.7) * 33 * 0.56).toBeLessThanOrEqual(20);
  });
});

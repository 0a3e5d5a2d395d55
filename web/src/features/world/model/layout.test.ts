import { describe, expect, it } from "vitest";

import { settle, spotsOf, type Spots } from "./layout";

const tie = (source_id: string, target_id: string) => ({ source_id, target_id });
const laidOut = (ids: string[], ties: ReturnType<typeof tie>[], spots: Spots = new Map()) => {
  settle(spots, ids, ties);
  return spots;
};
const apart = (spots: Spots) => {
  const all = [...spots.values()];
  return Math.min(...all.flatMap((one, index) => all.slice(index + 1).map((other) => Math.hypot(one.x - other.x, one.y - other.y))));
};

const names = Array.from({ length: 30 }, (_, index) => `n${index}`);
const wheel = names.slice(1).map((id) => tie("n0", id));

describe("the places of a world", () => {
  it("are the same whenever the same world is laid out", () => {
    expect([...laidOut(names, wheel)]).toEqual([...laidOut(names, wheel)]);
  });

  it("stay as others arrive, and newcomers stand apart from everybody", () => {
    const spots = laidOut(names.slice(0, 12), wheel.slice(0, 11));
    const before = new Map(spots);
    settle(spots, names, wheel);
    for (const [id, spot] of before) expect(spots.get(id)).toEqual(spot);
    expect(spots.size).toBe(30);
    expect(apart(spots)).toBeGreaterThan(70);
  });

  it("are kept for those who leave, so that they return to where they were, and nobody takes their place", () => {
    const spots = laidOut(["a", "b", "c"], [tie("a", "b"), tie("b", "c")]);
    const c = spots.get("c");
    settle(spots, ["a", "b", "d"], [tie("a", "b"), tie("b", "d")]);
    settle(spots, ["a", "b", "c", "d"], [tie("a", "b"), tie("b", "c"), tie("b", "d")]);
    expect(spots.get("c")).toEqual(c);
    expect(apart(spots)).toBeGreaterThan(70);
  });

  it("are near for who is tied and far for who is not", () => {
    const spots = laidOut(["a", "b", "x", "y", "z"], [tie("a", "b")]);
    const away = (one: string, other: string) => Math.hypot((spots.get(one)?.x ?? 0) - (spots.get(other)?.x ?? 0), (spots.get(one)?.y ?? 0) - (spots.get(other)?.y ?? 0));
    expect(away("a", "b")).toBeLessThan(260);
    expect(away("a", "b")).toBeLessThanOrEqual(Math.max(away("a", "x"), away("a", "y"), away("a", "z")));
  });

  it("are found for nobody, for one alone, and for one who is tied to whoever is not there", () => {
    expect(laidOut([], []).size).toBe(0);
    expect([...laidOut(["a"], [])]).toEqual([["a", { x: 0, y: 0 }]]);
    expect(laidOut(["a"], [tie("a", "b")]).size).toBe(1);
  });

  it("are remembered by name of the world", () => {
    settle(spotsOf("one"), ["a"], []);
    expect(spotsOf("one").has("a")).toBe(true);
    expect(spotsOf("another").size).toBe(0);
  });
});

import { describe, expect, it } from "vitest";

import type { Citation } from "~/api/companion";

import { placesOf } from "./places";

const cited = (number: number, more: Partial<Citation>) => ({ number, kind: "page", page_id: "p", panel: null, box: null, language: null, ...more }) as Citation;
const numbers = (citations: Citation[]) => placesOf(citations).map((place) => place.map(({ number }) => number));
const box = { x: 0.1, y: 0.2, width: 0.3, height: 0.2 };

describe("places of an answer", () => {
  it("shows a panel once that is cited by structure and by passage", () => {
    expect(numbers([cited(1, { box, panel: 3 }), cited(2, { kind: "panel", box: { ...box, x: 0.11 }, panel: 3 }), cited(3, { kind: "panel", box, panel: 4 })])).toEqual([[1, 2], [3]]);
  });

  it("shows a page once that several facts became known on", () => {
    expect(numbers([cited(1, { kind: "fact" }), cited(2, { kind: "fact", page_id: "q" }), cited(3, { kind: "description", box: { x: 0, y: 0, width: 1, height: 1 } })])).toEqual([[1, 3], [2]]);
  });

  it("shows each balloon, and nothing together that has no page", () => {
    const balloon = { kind: "dialogue", language: "en" } as const;
    expect(numbers([cited(1, { ...balloon, box }), cited(2, { ...balloon, box: { ...box, y: 0.6 } }), cited(3, { page_id: null }), cited(4, { page_id: null })])).toEqual([[1], [2], [3], [4]]);
  });
});

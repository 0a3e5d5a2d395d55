import { describe, expect, it } from "vitest";

import type { SearchHit } from "~/api/types";

import { focusOf, placeOfHit, readerSearchOf } from "./place";

const hit: SearchHit = {
  id: "1",
  kind: "dialogue",
  series: { id: "s", slug: "pepper", title: "Pepper" },
  episode: { id: "e", number: "6", title: "The Potion Contest" },
  page: { id: "p", page_number: 5, order_index: 5 },
  language: "fr",
  title: null,
  owner_id: null,
  speaker: null,
  text: "Une potion",
  ranges: [[4, 10]],
  box: { x: 0.1, y: 0.23456, width: 0.2, height: 0.1 },
  panel: 2,
  crop: { x: 0.1, y: 0.2, width: 0.4, height: 0.2 },
  score: 1,
};
const text = (key: string, values?: object) => `${key}${Object.values(values ?? {}).join("")}`;

describe("a hit", () => {
  it("says where it is, as far as that has a number", () => {
    expect(placeOfHit(hit, text)).toBe("Pepper · place.episode6, search.page5");
    expect(placeOfHit({ ...hit, episode: { id: "e", number: null, title: "Extra" }, page: { id: "p", page_number: null, order_index: 0 } }, text)).toBe("Pepper · Extra");
    expect(placeOfHit({ ...hit, episode: null, page: null }, text)).toBe("Pepper");
  });

  it("opens its page in the language it was said in, with its balloon ringed", () => {
    expect(readerSearchOf(hit)).toEqual({ page: 5, lang: "fr", box: "0.1,0.2346,0.2,0.1" });
  });

  it("that describes a picture leaves the lettering to the reader, and rings the panel", () => {
    expect(readerSearchOf({ ...hit, kind: "panel", box: null })).toEqual({ page: 5, lang: undefined, box: "0.1,0.2,0.4,0.2" });
    expect(readerSearchOf({ ...hit, kind: "description", box: null })).toEqual({ page: 5, lang: undefined, box: undefined });
  });

  it("keeps its words in the picture's frame", () => {
    expect(focusOf(hit)).toBe("10% 38%");
    expect(focusOf({ box: null, crop: null })).toBe("50% 35%");
  });
});

import { describe, expect, it } from "vitest";

import { excerpt, marked } from "./marked";

const said = (parts: { text: string; found: boolean }[]) => parts.map(({ text, found }) => (found ? `[${text}]` : text)).join("");

describe("words that were found", () => {
  it("are marked where they stand", () => {
    expect(said(marked("A potion for giant monsters", [[2, 8], [19, 27]]))).toBe("A [potion] for giant [monsters]");
  });

  it("are counted by code point, as the server counts", () => {
    expect(said(marked("🐱 potion", [[2, 8]]))).toBe("🐱 [potion]");
  });

  it("overlap, come out of order or lie beyond the end without harm", () => {
    expect(said(marked("giant monsters", [[6, 99], [0, 5], [3, 8], [50, 60]]))).toBe("[giant][ mo][nsters]");
  });

  it("leave a text that has none as it is", () => {
    expect(marked("Grrr…", [])).toEqual([{ text: "Grrr…", found: false }]);
    expect(marked("", [[0, 3]])).toEqual([]);
  });
});

describe("an excerpt", () => {
  it("begins a little before the first word found", () => {
    const parts = marked(`${"word ".repeat(40)}potion at the end`, [[200, 206]]);
    const short = excerpt(parts, 60);
    expect(said(short)).toMatch(/^… (word ){3,4}\[potion\] at the end$/);
  });

  it("leaves what is short enough alone", () => {
    const parts = marked("A potion", [[2, 8]]);
    expect(excerpt(parts, 60)).toEqual(parts);
  });
});

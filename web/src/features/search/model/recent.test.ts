// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";

import { forgetSearches, recentSearches, rememberSearch } from "./recent";

describe("recent searches", () => {
  beforeEach(() => localStorage.clear());

  it("are kept newest first, each once", () => {
    for (const words of ["potion", "Carrot", " POTION "]) rememberSearch(words);
    expect(recentSearches()).toEqual(["POTION", "Carrot"]);
  });

  it("are no more than eight, and nothing is none", () => {
    rememberSearch("   ");
    for (let number = 1; number <= 12; number += 1) rememberSearch(`search ${number}`);
    expect(recentSearches()).toHaveLength(8);
    expect(recentSearches()[0]).toBe("search 12");
  });

  it("survive whatever else is in the storage", () => {
    localStorage.setItem("fumetto-searches", '{"not": "a list"}');
    expect(recentSearches()).toEqual([]);
    localStorage.setItem("fumetto-searches", '["one", 2, null, ""]');
    expect(recentSearches()).toEqual(["one"]);
    localStorage.setItem("fumetto-searches", "[broken");
    expect(recentSearches()).toEqual([]);
  });

  it("can be forgotten", () => {
    rememberSearch("potion");
    forgetSearches();
    expect(recentSearches()).toEqual([]);
  });
});

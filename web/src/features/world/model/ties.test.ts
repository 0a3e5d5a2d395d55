import { describe, expect, it } from "vitest";

import { articlesAbout } from "./articles";
import { pagesOf, readerSearchOf } from "./places";
import { stepFrom } from "./steps";
import { bendsOf, crowded, lineBetween } from "./ties";

const tie = (id: string, source_id: string, target_id: string) => ({ id, source_id, target_id, kind: "friend_of", label: "" });

describe("ties", () => {
  it("go from rim to rim, straight where there is one, with their words in the middle", () => {
    const { path, label } = lineBetween({ x: 0, y: 0, r: 30 }, { x: 200, y: 0, r: 20 }, 0);
    expect(path).toMatch(/^M36 0Q100 0 174 0M/);
    expect(label).toEqual({ x: 100, y: 0 });
  });

  it("bow to either side where there are several between the same two", () => {
    const bends = bendsOf([tie("1", "a", "b"), tie("2", "b", "a"), tie("3", "a", "c")]);
    expect(bends.get("3")).toBe(0);
    const one = lineBetween({ x: 0, y: 0, r: 1 }, { x: 100, y: 0, r: 1 }, bends.get("1") ?? 0);
    const other = lineBetween({ x: 100, y: 0, r: 1 }, { x: 0, y: 0, r: 1 }, bends.get("2") ?? 0);
    expect(Math.sign(one.label.y)).toBe(-Math.sign(other.label.y));
  });

  it("keep their words back where they would lie over others or over somebody", () => {
    const spots = new Map([["a", { x: 0, y: 0 }]]);
    const words = [
      { id: "over a", at: { x: 10, y: 0 }, text: "friend of" },
      { id: "free", at: { x: 300, y: 0 }, text: "friend of" },
      { id: "over free", at: { x: 320, y: 6 }, text: "rival of" },
    ];
    expect([...crowded(words, spots, ["a"])]).toEqual(["over a", "over free"]);
  });
});

describe("arrow keys", () => {
  const spots = new Map([["here", { x: 0, y: 0 }], ["near", { x: 50, y: 10 }], ["tied", { x: 300, y: 40 }], ["above", { x: 0, y: -100 }]]);
  const neighbours = new Map([["here", new Set(["tied"])]]);
  const shown = [...spots.keys()];

  it("go to neighbours that way before strangers that are nearer", () => {
    expect(stepFrom("here", "ArrowRight", shown, spots, neighbours)).toBe("tied");
  });

  it("go to the nearest where no neighbour is that way, and nowhere where nobody is", () => {
    expect(stepFrom("here", "ArrowUp", shown, spots, neighbours)).toBe("above");
    expect(stepFrom("here", "ArrowLeft", shown, spots, neighbours)).toBeNull();
    expect(stepFrom("here", "ArrowRight", ["here", "near"], spots, neighbours)).toBe("near");
  });
});

describe("evidence", () => {
  const shown = { episode_id: "e", page_id: "p", episode_number: "3", page_number: 2 };

  it("opens at its balloon, else at its panel as people count it, else at its page", () => {
    expect(readerSearchOf({ ...shown, balloon_id: "b", panel: 0 })).toEqual({ at: "p", balloon: "b" });
    expect(readerSearchOf({ ...shown, panel: 0 })).toEqual({ at: "p", panel: 1 });
    expect(readerSearchOf(shown)).toEqual({ at: "p" });
  });

  it("names each page once, with what says most", () => {
    expect(pagesOf([shown, { ...shown, panel: 1 }, { ...shown, page_id: "q" }]).map(({ page_id: page, panel }) => [page, panel])).toEqual([["p", 1], ["q", undefined]]);
  });
});

describe("articles about somebody", () => {
  const card = (id: string, title: string) => ({ id, slug: id, title, kind: null, language: "en", fact_count: 1 });
  const articles = [card("characters", "Characters"), card("pepper", "A witch"), card("x", "Carrot")];
  const chapters = [{ id: "characters", sections: [{ heading: null }, { heading: "Carrot (Pepper's familiar)" }, { heading: "Pepper" }] }];

  it("are of their name or slug, or have a chapter that is", () => {
    expect(articlesAbout({ name: "Carrot", slug: "carrot" }, articles, chapters).map(({ article, heading }) => [article.id, heading])).toEqual([["characters", "Carrot (Pepper's familiar)"], ["x", undefined]]);
    expect(articlesAbout({ name: "Pepper", slug: "pepper" }, articles, chapters).map(({ article, heading }) => [article.id, heading])).toEqual([["characters", "Pepper"], ["pepper", undefined]]);
    expect(articlesAbout({ name: "Saffron", slug: "saffron" }, articles, [undefined])).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";

import type { PageItem } from "~/api/types";

import { facesOf, leafRatio, naturalLayout, openingAt, openingsOf, pagesOf } from "./spreads";

function page(order: number, over: Partial<PageItem> = {}): PageItem {
  return {
    id: `p${order}`, order_index: order, page_number: order, kind: "story", width: 1000, height: 1400, double: false, blurhash: null,
    dominant_color: null, state: "ready", error: null, languages: [], media_type: "image/png", seen: false, image_url: "", thumbnail_url: "", art_url: null, ...over,
  };
}
const book = [page(0, { kind: "cover" }), page(1), page(2), page(3), page(4)];
const shown = (pages: PageItem[], offset = false) =>
  openingsOf(pages, { layout: "spread", offset }).map((opening) => pagesOf(opening).map((p) => p.order_index));

describe("openings of a book", () => {
  it("are one page each in the single layout", () => {
    expect(openingsOf(book, { layout: "single", offset: false }).map((o) => pagesOf(o).length)).toEqual([1, 1, 1, 1, 1]);
  });

  it("have the cover alone and then pairs", () => {
    expect(shown(book)).toEqual([[0], [1, 2], [3, 4]]);
  });

  it("are paired one further with the offset", () => {
    expect(shown(book, true)).toEqual([[0, 1], [2, 3], [4]]);
  });

  it("give a double page both sides, and pair on after it", () => {
    const pages = [page(0, { kind: "cover" }), page(1), page(2, { double: true, width: 2000 }), page(3), page(4)];
    expect(shown(pages)).toEqual([[0], [1], [2], [3, 4]]);
    const [, , middle] = openingsOf(pages, { layout: "spread", offset: false });
    expect([middle?.first?.half, middle?.second?.half]).toEqual(["first", "second"]);
    expect(leafRatio(middle)).toBeCloseTo(1000 / 1400);
  });

  it("let a title strip stand alone between the cover and page 1", () => {
    const pages = [page(0, { kind: "cover" }), page(1, { kind: "title", height: 200 }), page(2), page(3)];
    expect(shown(pages)).toEqual([[0], [1], [2, 3]]);
  });

  it("lay a landscape page across both sides, drawn for it or not", () => {
    const pages = [page(0, { kind: "cover", width: 2000 }), page(1), page(2)];
    expect(shown(pages)).toEqual([[0], [1, 2]]);
    const [cover] = openingsOf(pages, { layout: "spread", offset: false });
    expect([cover?.first?.half, cover?.second?.half]).toEqual(["first", "second"]);
  });

  it("show every page once, whatever the pages are", () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const pages = Array.from({ length: seed % 17 }, (_, i) => page(i, { double: (seed * (i + 3)) % 5 === 0, kind: (seed + i) % 7 === 0 ? "title" : "story" }));
      for (const offset of [true, false]) {
        expect(shown(pages, offset).flat()).toEqual(pages.map((p) => p.order_index));
      }
    }
  });

  it("are found by the page that is wanted", () => {
    const openings = openingsOf(book, { layout: "spread", offset: false });
    expect([0, 1, 2, 3, 4, 99].map((i) => openingAt(openings, i))).toEqual([0, 1, 1, 2, 2, 2]);
  });

  it("lie the other way round in a book read from right to left", () => {
    const [, pair] = openingsOf(book, { layout: "spread", offset: false });
    expect(facesOf(pair, "ltr").left?.page.order_index).toBe(1);
    expect(facesOf(pair, "rtl").right?.page.order_index).toBe(1);
  });
});

describe("the layout nobody chose", () => {
  it("is a strip for webtoons, a spread where there is room, a page on a phone", () => {
    expect(naturalLayout("vertical", 1440, 900)).toBe("strip");
    expect(naturalLayout("ltr", 1440, 900)).toBe("spread");
    expect(naturalLayout("rtl", 390, 844)).toBe("single");
  });
});

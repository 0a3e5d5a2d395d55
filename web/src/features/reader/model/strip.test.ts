import { describe, expect, it } from "vitest";

import { inView } from "./strip";

const pages = [0, 1, 2, 3].map((index) => ({ index, top: index * 500, height: 500 }));
const tall = [{ index: 0, top: 0, height: 4000 }, { index: 1, top: 4000, height: 4000 }];

describe("a strip of pages", () => {
  it("has seen the pages that are whole in the window", () => {
    expect(inView(pages, 0, 1100)).toMatchObject({ shown: [0, 1, 2], whole: [0, 1], here: 1 });
  });

  it("has not seen a page that only peeks in from below", () => {
    expect(inView(pages, 0, 700).whole).toEqual([0]);
  });

  it("has seen a page taller than the window only when its end has come", () => {
    expect(inView(tall, 0, 800)).toMatchObject({ shown: [0], whole: [], here: 0 });
    expect(inView(tall, 3000, 800).whole).toEqual([]);
    expect(inView(tall, 3250, 800).whole).toEqual([0]);
  });

  it("knows its place as a share of the page, so that it can be found again at another size", () => {
    expect(inView(tall, 1000, 800)).toMatchObject({ here: 0, share: 0.25 });
    const half = tall.map(({ index, top, height }) => ({ index, top: top / 2, height: height / 2 }));
    expect(inView(half, 500, 800)).toMatchObject({ here: 0, share: 0.25 });
  });

  it("shows nothing where there is nothing", () => {
    expect(inView([], 0, 800)).toEqual({ shown: [], whole: [], here: null, share: 0 });
  });
});

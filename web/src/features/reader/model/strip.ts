/** Where a page of a strip is, in CSS pixels from the strip's beginning. */
export interface Stretch {
  index: number;
  top: number;
  height: number;
}

export interface InView {
  /** Pages of which something can be seen. */
  shown: number[];
  /** Of those, the ones that have been seen when they stay: whole, or, if taller than the window, to their end. */
  whole: number[];
  /** The page in the middle of the window. */
  here: number | null;
  /** How far down that page the window's top is, in shares of the page; negative above it. */
  share: number;
}

const ENOUGH = 0.35;

/** What a window from `top` with this `height` shows of a strip. `stretches` go downwards. */
export function inView(stretches: readonly Stretch[], top: number, height: number): InView {
  const bottom = top + height;
  const middle = top + height / 2;
  const open = stretches.filter((page) => page.top < bottom && page.top + page.height > top);
  const here = open.find((page) => page.top + page.height > middle) ?? open.at(-1) ?? null;
  const seen = (page: Stretch) => Math.min(bottom, page.top + page.height) - Math.max(top, page.top);
  return {
    shown: open.filter((page) => seen(page) > Math.min(page.height, height) * 0.1).map(({ index }) => index),
    whole: open
      .filter((page) => page.top + page.height <= bottom + 2 && seen(page) >= Math.min(page.height * 0.9, height * ENOUGH))
      .map(({ index }) => index),
    here: here?.index ?? null,
    share: here?.height ? (top - here.top) / here.height : 0,
  };
}

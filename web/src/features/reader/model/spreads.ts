import type { Direction, Layout, PageItem } from "~/api/types";

/** One side of an opening: a page, or half of a page that lies across both sides. */
export interface Side {
  page: PageItem;
  half: "first" | "second" | null;
}

/** What lies open at once. `first` and `second` are in reading order; the reading direction says which is left. */
export interface Opening {
  first: Side | null;
  second: Side | null;
}

export interface Paging {
  layout: Exclude<Layout, "strip">;
  /** Moves the pairing of pages by one, for books whose cover is missing or counted twice. */
  offset: boolean;
}

const whole = (page: PageItem | undefined): Side | null => (page ? { page, half: null } : null);

/**
 * Cuts pages into openings. Single: one page each. Spread: the cover alone on its side, then pairs; a double page and
 * any other that is wider than tall, such as a title strip, lies across both sides, and pairing goes on after it.
 */
export function openingsOf(pages: readonly PageItem[], { layout, offset }: Paging): Opening[] {
  if (layout === "single") return pages.map((page) => ({ first: whole(page), second: null }));
  const openings: Opening[] = [];
  let index = 0;
  while (index < pages.length) {
    const page = pages[index];
    const next = pages[index + 1];
    if (!page) break;
    index += 1;
    if (liesAcross(page)) {
      openings.push({ first: { page, half: "first" }, second: { page, half: "second" } });
    } else if (index === 1 && !offset) {
      openings.push({ first: null, second: whole(page) });
    } else if (next && !liesAcross(next)) {
      openings.push({ first: whole(page), second: whole(next) });
      index += 1;
    } else {
      openings.push({ first: whole(page), second: null });
    }
  }
  return openings;
}

function liesAcross(page: PageItem): boolean {
  return page.double || ratioOf(page) > 1;
}

/** The pages of an opening in reading order, each once. */
export function pagesOf(opening: Opening | undefined): PageItem[] {
  if (!opening) return [];
  const pages = [opening.first?.page, opening.second?.page].filter((page) => page !== undefined);
  return pages.length === 2 && pages[0] === pages[1] ? pages.slice(0, 1) : pages;
}

/** Which opening shows the page at this index of the episode; the nearest earlier one where none does. */
export function openingAt(openings: readonly Opening[], orderIndex: number): number {
  const found = openings.findIndex((opening) => pagesOf(opening).some((page) => page.order_index >= orderIndex));
  return found === -1 ? Math.max(0, openings.length - 1) : found;
}

export interface Faces {
  left: Side | null;
  right: Side | null;
}

/** The opening as it lies on the table. */
export function facesOf(opening: Opening | undefined, direction: Direction): Faces {
  const { first = null, second = null } = opening ?? {};
  return direction === "rtl" ? { left: second, right: first } : { left: first, right: second };
}

/** Width over height of a page's picture; a common page's while it is not known. */
export function ratioOf(page: PageItem): number {
  return page.width && page.height ? page.width / page.height : 0.7;
}

/** Width over height of one leaf: the pages' own, or half of a double page's. */
export function leafRatio(opening: Opening | undefined): number {
  const ratios = [opening?.first, opening?.second]
    .filter((side) => side !== null && side !== undefined)
    .map(({ page, half }) => (half ? ratioOf(page) / 2 : ratioOf(page)));
  return ratios.length ? Math.max(...ratios) : 0.7;
}

/** The layout that suits the pages and the window when the reader has not chosen one. */
export function naturalLayout(direction: Direction, width: number, height: number): Layout {
  if (direction === "vertical") return "strip";
  return width > height * 1.15 && width >= 900 ? "spread" : "single";
}

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { part } from "~/api/http";

import { inside, text } from "./base";

interface ReadSearch {
  /** The page's `order_index`. */
  page?: number | undefined;
  /** The page's id, where its index is not known. */
  at?: string | undefined;
  /** The language of the lettering. */
  lang?: string | undefined;
  /** What to ring on that page: a balloon by its id, a panel by its number, or a box in fractions ("x,y,width,height"). */
  balloon?: string | undefined;
  panel?: number | undefined;
  box?: string | undefined;
}

/** Without a page in the address the reader opens where the person was. */
export const read = createRoute({
  getParentRoute: () => inside,
  path: "/read/$episodeId",
  validateSearch: (search: Record<string, unknown>): ReadSearch => ({
    page: typeof search.page === "number" ? search.page : undefined,
    at: text(search.at),
    lang: text(search.lang),
    balloon: text(search.balloon),
    panel: typeof search.panel === "number" ? search.panel : undefined,
    box: text(search.box),
  }),
  component: lazyRouteComponent(() => part(import("~/features/reader/ReaderScreen")), "ReaderScreen"),
});

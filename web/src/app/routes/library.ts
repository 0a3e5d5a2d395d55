import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { part } from "~/api/http";

import { oneOf, shell, text } from "./base";

interface ShelfSearch {
  search?: string | undefined;
  filter?: "unread" | "reading" | "read" | "new" | undefined;
  sort?: "title" | "added" | "updated" | "last_read" | undefined;
  order?: "asc" | "desc" | undefined;
  collection?: string | undefined;
  language?: string | undefined;
  tag?: string | undefined;
  view?: "table" | undefined;
}

interface SearchSearch {
  q?: string | undefined;
  /** A series' slug. */
  series?: string | undefined;
  kind?: "dialogue" | "picture" | "note" | "lore" | undefined;
  language?: string | undefined;
  character?: string | undefined;
}

const shelf = createRoute({
  getParentRoute: () => shell,
  path: "/",
  validateSearch: (search: Record<string, unknown>): ShelfSearch => ({
    search: text(search.search),
    filter: oneOf(search.filter, "unread", "reading", "read", "new"),
    sort: oneOf(search.sort, "title", "added", "updated", "last_read"),
    order: oneOf(search.order, "asc", "desc"),
    collection: text(search.collection),
    language: text(search.language),
    tag: text(search.tag),
    view: oneOf(search.view, "table"),
  }),
  component: lazyRouteComponent(() => part(import("~/features/library/shelf/ShelfScreen")), "ShelfScreen"),
});

const search = createRoute({
  getParentRoute: () => shell,
  path: "/search",
  validateSearch: (asked: Record<string, unknown>): SearchSearch => ({
    // Somebody may look for a number, which the address parses as one.
    q: text(typeof asked.q === "number" ? String(asked.q) : asked.q),
    series: text(asked.series),
    kind: oneOf(asked.kind, "dialogue", "picture", "note", "lore"),
    language: text(asked.language),
    character: text(asked.character),
  }),
  component: lazyRouteComponent(() => part(import("~/features/search/SearchScreen")), "SearchScreen"),
});

const series = createRoute({
  getParentRoute: () => shell,
  path: "/series/$slug",
  component: lazyRouteComponent(() => part(import("~/features/library/series/SeriesScreen")), "SeriesScreen"),
});

const lists = createRoute({
  getParentRoute: () => shell,
  path: "/lists",
  component: lazyRouteComponent(() => part(import("~/features/library/lists/ListsScreen")), "ListsScreen"),
});

const collection = createRoute({
  getParentRoute: () => shell,
  path: "/collections/$id",
  component: lazyRouteComponent(() => part(import("~/features/library/lists/CollectionScreen")), "CollectionScreen"),
});

const readingList = createRoute({
  getParentRoute: () => shell,
  path: "/reading-lists/$id",
  component: lazyRouteComponent(() => part(import("~/features/library/lists/ReadingListScreen")), "ReadingListScreen"),
});

const importing = createRoute({
  getParentRoute: () => shell,
  path: "/import",
  component: lazyRouteComponent(() => part(import("~/features/library/importing/ImportScreen")), "ImportScreen"),
});

export const library = [shelf, search, series, lists, collection, readingList, importing] as const;

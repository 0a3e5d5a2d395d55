import type { SeriesFilter, SeriesSearch } from "~/api/library";
import { nameOfLanguage, type Text } from "~/lib/language";

/** What can narrow the shelf. */
export type Narrowing = "search" | "filter" | "collection" | "language" | "tag";

export interface Constraint {
  by: Narrowing;
  /** What it keeps, as a person would say it: "Unread", "Français". */
  name: string;
}

const ORDER: Narrowing[] = ["search", "filter", "collection", "language", "tag"];

/** What narrows the shelf now, each with its name. `collections` are those whose names are known. */
export function constraintsOf(search: SeriesSearch, collections: readonly { id: string; name: string }[], text: Text): Constraint[] {
  const names: Record<Narrowing, (value: string) => string> = {
    search: (words) => text("shelf.narrow.words", { words }),
    filter: (filter) => text(`shelf.filters.${filter as SeriesFilter}`),
    collection: (id) => collections.find((one) => one.id === id)?.name ?? text("shelf.collection"),
    language: nameOfLanguage,
    tag: (tag) => text("shelf.narrow.tag", { tag }),
  };
  return ORDER.flatMap((by) => {
    const value = search[by];
    return value ? [{ by, name: names[by](value) }] : [];
  });
}

/** The same shelf without some of what narrows it. */
export function lifted<S extends SeriesSearch>(search: S, ...which: Narrowing[]): S {
  return { ...search, ...Object.fromEntries(which.map((by) => [by, undefined])) };
}

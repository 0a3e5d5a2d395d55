import type { EpisodeCard, PageItem, Progress } from "~/api/types";
import type { Text } from "~/lib/language";
import { isUntitled } from "~/lib/titles";

/** An episode's title in the interface's language where it has one, with the language it is in; its number where it has none, or it is hidden. */
export function titleOf(
  episode: Pick<EpisodeCard, "title" | "titles" | "language" | "number">,
  language: string,
  text: Text,
): { title: string; language: string | null } {
  const translated = episode.titles[language];
  if (translated) return { title: translated, language };
  if (!isUntitled(episode)) return { title: episode.title, language: episode.language };
  return { title: episode.number === null ? text("place.untitled") : text("place.titleByNumber", { number: episode.number }), language: null };
}

/** "episode 6", or nothing for an episode that has no number. */
export function numberOf(episode: { number: string | null }, text: Text): string | null {
  return episode.number === null ? null : text("place.episode", { number: episode.number });
}

/** Where a reader is, in words: "page 6 of 9", "at the beginning". */
export function placeOf(progress: Progress, text: Text, kind?: PageItem["kind"]): string {
  if (progress.finished) return text("place.finished");
  if (progress.page_number !== null) return text("place.page", { page: progress.page_number, total: progress.page_count });
  return text(kind === "credits" || progress.order_index > 1 ? "place.credits" : "place.start");
}

const LONG_NAME = 40;

/** A name short enough for a button. */
export function shortened(name: string): string {
  return name.length > LONG_NAME ? `${name.slice(0, LONG_NAME).trimEnd()}…` : name;
}

import type { EpisodeCard, PageItem, Progress } from "~/api/types";
import type { Text } from "~/lib/language";

/** An episode's title in the reader's language where it has one, with the language it is in. */
export function titleOf(episode: Pick<EpisodeCard, "title" | "titles" | "language">, language: string): { title: string; language: string | null } {
  const translated = episode.titles[language];
  return translated ? { title: translated, language } : { title: episode.title, language: episode.language };
}

/** "episode 6", or nothing for an episode that has no number. */
export function numberOf(episode: { number: string | null }, text: Text): string | null {
  return episode.number === null ? null : text("place.episode", { number: episode.number });
}

/** Where a reader is, in words: "page 6 of 9", "at the cover". */
export function placeOf(progress: Progress, text: Text, kind?: PageItem["kind"]): string {
  if (progress.finished) return text("place.finished");
  if (progress.page_number !== null) return text("place.page", { page: progress.page_number, total: progress.page_count });
  if (kind === "credits") return text("place.credits");
  return text("place.start");
}

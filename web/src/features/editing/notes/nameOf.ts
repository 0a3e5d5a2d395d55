import type { EpisodeNotesItem } from "~/api/editing";
import type { Text } from "~/lib/language";

/** "3 · The Secret Ingredients". */
export const nameOf = ({ episode_number: number, title }: Pick<EpisodeNotesItem, "episode_number" | "title">, text: Text) =>
  number === null ? title : text("editing.place.episodeTitle", { number, title });

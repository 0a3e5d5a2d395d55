import type { EpisodeCard } from "~/api/types";

export interface Onwards {
  episode: EpisodeCard;
  how: "start" | "continue" | "next" | "again";
}

/**
 * Where reading this series goes on: the episode read last when it was left in the middle, else the first unread one
 * after the last one read, else the first unread one, else the beginning again. Null when nothing can be read.
 */
export function onwards(episodes: readonly EpisodeCard[]): Onwards | null {
  const here = episodes.filter((episode) => !episode.missing);
  const first = here[0];
  if (!first) return null;
  const begun = here
    .filter((episode) => episode.progress && !episode.progress.finished)
    .sort((a, b) => (b.progress?.updated_at ?? "").localeCompare(a.progress?.updated_at ?? ""))[0];
  if (begun) return { episode: begun, how: "continue" };
  const last = here.findLastIndex((episode) => episode.read_state === "read");
  const next = here.find((episode, index) => index > last && episode.read_state !== "read") ?? here.find((episode) => episode.read_state !== "read");
  if (!next) return { episode: first, how: "again" };
  return { episode: next, how: last < 0 ? "start" : "next" };
}

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

export interface Left {
  episodeId: string;
  /** The page that was read last, from 0; beyond the end is the last one. */
  page: number;
}

/** Where the reader was last, finished or not: what they may ask about. Null where nothing was read. */
export function lastLeft(episodes: readonly EpisodeCard[]): Left | null {
  const here = episodes.filter((episode) => !episode.missing);
  const at = ({ progress }: EpisodeCard) => progress?.updated_at ?? "";
  // Of those that were marked at once, the last.
  const late = here.reduce<EpisodeCard | null>((found, one) => (one.progress && (!found || at(one) >= at(found)) ? one : found), null);
  if (late?.progress) return { episodeId: late.progress.episode_id, page: late.progress.finished ? END : late.progress.order_index };
  // Said to be read, without having been opened.
  const read = here.findLast((episode) => episode.read_state === "read");
  return read ? { episodeId: read.id, page: END } : null;
}

const END = 100_000;

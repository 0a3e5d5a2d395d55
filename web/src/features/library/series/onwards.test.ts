import { expect, test } from "vitest";

import type { EpisodeCard } from "~/api/types";

import { lastLeft, onwards } from "./onwards";

const episode = (id: string, state: "unread" | "reading" | "read", more: Partial<EpisodeCard> = {}): EpisodeCard =>
  ({
    id,
    read_state: state,
    missing: false,
    progress: state === "unread" ? null : { finished: state === "read", updated_at: "2026-01-01T00:00:00Z" },
    ...more,
  }) as EpisodeCard;
const where = (...episodes: EpisodeCard[]) => {
  const next = onwards(episodes);
  return next && `${next.how} ${next.episode.id}`;
};

test("a series not begun starts with its first episode", () => {
  expect(where(episode("1", "unread"), episode("2", "unread"))).toBe("start 1");
});

test("an episode left in the middle goes on, the one read last before others", () => {
  const old = episode("1", "reading");
  const late = episode("2", "reading", { progress: { finished: false, updated_at: "2026-02-01T00:00:00Z" } as EpisodeCard["progress"] });
  expect(where(old, late)).toBe("continue 2");
});

test("after the last one read comes the next, and what was skipped waits", () => {
  expect(where(episode("1", "unread"), episode("2", "read"), episode("3", "unread"))).toBe("next 3");
  expect(where(episode("1", "unread"), episode("2", "read"))).toBe("next 1");
});

test("a series read to its end can be read again", () => {
  expect(where(episode("1", "read"), episode("2", "read"))).toBe("again 1");
});

test("an episode whose file is gone is not offered", () => {
  expect(where(episode("1", "unread", { missing: true }), episode("2", "unread"))).toBe("start 2");
  expect(where(episode("1", "unread", { missing: true }))).toBeNull();
});

test("asks from where the reader was last, at the end of what is finished, and not before anything was read", () => {
  const at = (order_index: number, updated_at: string, finished = false) => ({ episode_id: "edition", order_index, updated_at, finished }) as EpisodeCard["progress"];
  expect(lastLeft([episode("1", "unread")])).toBeNull();
  expect(lastLeft([episode("1", "reading", { progress: at(3, "2026-02-01") }), episode("2", "reading", { progress: at(1, "2026-01-01") })])).toEqual({ episodeId: "edition", page: 3 });
  expect(lastLeft([episode("1", "read", { progress: at(0, "2026-02-01", true) })])?.page).toBeGreaterThan(9_000);
  const marked = { finished: true, updated_at: "2026-02-01" };
  expect(lastLeft(["first", "last"].map((id) => episode(id, "read", { progress: { ...marked, episode_id: id } as EpisodeCard["progress"] })))?.episodeId).toBe("last");
  expect(lastLeft([episode("1", "read", { progress: null }), episode("2", "unread")])?.episodeId).toBe("1");
});

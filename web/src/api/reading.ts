import { queryOptions } from "@tanstack/react-query";

import { call } from "./http";
import type { ContinueItem, Preferences, Progress, Turn } from "./types";

export const continueQuery = queryOptions({
  queryKey: ["reading", "continue"],
  queryFn: ({ signal }) => call<{ items: ContinueItem[] }>("GET", "reading/continue", { signal }),
});

export const preferencesQuery = (seriesId: string) =>
  queryOptions({
    queryKey: ["reading", "preferences", seriesId],
    queryFn: ({ signal }) => call<Partial<Preferences>>("GET", `reading/preferences/${seriesId}`, { signal }),
    staleTime: Infinity,
  });

export const savePreferences = (seriesId: string, preferences: Partial<Preferences>) =>
  call<Partial<Preferences>>("PUT", `reading/preferences/${seriesId}`, { body: preferences });

/** `leaving` lets the request outlive the page. */
export const reportTurn = (turn: Turn, leaving = false) =>
  call<{ progress: Progress | null; seen: number[] }>("POST", "reading/turns", { body: turn, keepalive: leaving });

export type Mark =
  | { series_id: string; state: "read" | "unread" }
  | { episode_id: string; state: "read" | "unread" }
  | { episode_ids: string[]; state: "read" | "unread" }
  | { episode_id: string; state: "up_to"; order_index?: number };

export const mark = (what: Mark) => call<{ episodes: number }>("POST", "reading/mark", { body: what });

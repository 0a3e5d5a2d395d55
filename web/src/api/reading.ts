import { queryOptions } from "@tanstack/react-query";

import { getPreferences, listContinue, markReading, putPreferences, turnPage } from "./generated";
import { answer } from "./http";
import type { Mark, Preferences, Turn } from "./types";

export type { Mark };

export const continueQuery = queryOptions({
  queryKey: ["reading", "continue"],
  queryFn: ({ signal }) => answer(listContinue({ signal })),
});

export const preferencesQuery = (seriesId: string) =>
  queryOptions({
    queryKey: ["reading", "preferences", seriesId],
    queryFn: ({ signal }) => answer(getPreferences({ path: { series_id: seriesId }, signal })),
    staleTime: Infinity,
  });

export const savePreferences = (seriesId: string, body: Preferences) => answer(putPreferences({ path: { series_id: seriesId }, body }));

/** `leaving` lets the request outlive the page. */
export const reportTurn = (body: Turn, leaving = false) => answer(turnPage({ body, keepalive: leaving }));

export const mark = (body: Mark) => answer(markReading({ body }));

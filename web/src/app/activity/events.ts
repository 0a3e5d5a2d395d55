import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { activitiesQuery } from "~/api/importing";
import type { Activity } from "~/api/types";
import { apiUrl } from "~/lib/base";

const REFRESH = 4_000;

/** Follows long work as the server reports it, and lets the shelf grow while an import runs. */
export function useActivityEvents(enabled: boolean): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (!enabled) return;
    const source = new EventSource(apiUrl("activities/events"));
    let refreshed = 0;
    const listen = (event: MessageEvent<string>) => {
      const activity = parseActivity(event.data);
      if (!activity) return;
      remember(queries, activity);
      const over = isOver(activity);
      if (over || Date.now() - refreshed > REFRESH) {
        refreshed = Date.now();
        for (const queryKey of [["series"], ["reading", "continue"]]) void queries.invalidateQueries({ queryKey });
        if (over) for (const queryKey of [["roots"], ["problems"]]) void queries.invalidateQueries({ queryKey });
      }
    };
    source.addEventListener("message", listen);
    source.addEventListener("activity", listen);
    // After a gap in the connection something may have been missed.
    source.addEventListener("open", () => void queries.invalidateQueries({ queryKey: activitiesQuery.queryKey }));
    return () => source.close();
  }, [enabled, queries]);
}

export function isOver(activity: Activity): boolean {
  return activity.state !== "queued" && activity.state !== "running";
}

function parseActivity(data: string): Activity | null {
  try {
    const value = JSON.parse(data) as Partial<Activity> | null;
    return value && typeof value.id === "string" && typeof value.state === "string" ? (value as Activity) : null;
  } catch {
    return null;
  }
}

function remember(queries: QueryClient, activity: Activity): void {
  queries.setQueryData(activitiesQuery.queryKey, (before) => {
    if (!before) return before;
    const known = before.items.some((one) => one.id === activity.id);
    const items = known ? before.items.map((one) => (one.id === activity.id ? activity : one)) : [activity, ...before.items];
    return { ...before, items };
  });
}

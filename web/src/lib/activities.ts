import type { Activity } from "~/api/types";

import type { Text } from "./language";

const KINDS = ["import", "scan"];
const DAY = 24 * 3600 * 1000;

export function isRunning(activity: Activity): boolean {
  return activity.state === "running" || activity.state === "queued";
}

/** Whether it ended lately without having done all of it, so that somebody may want to try again. */
export function hasFailed(activity: Activity, now = Date.now()): boolean {
  if (isRunning(activity) || activity.state === "cancelled") return false;
  const ended = Date.parse(activity.finished_at ?? activity.created_at);
  return (activity.state === "failed" || activity.failed_count > 0) && now - ended < DAY;
}

/** What the person called it, else what kind of work it is. */
export function nameOfActivity({ title, kind }: Activity, text: Text): string {
  return title || (KINDS.includes(kind) ? text(`activity.kind.${kind}`) : kind);
}

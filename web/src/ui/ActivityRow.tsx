import { useMutation, useQueryClient } from "@tanstack/react-query";

import { activitiesQuery, cancelActivity } from "~/api/importing";
import type { Activity } from "~/api/types";
import { useText, type Text } from "~/lib/language";
import { notify } from "~/lib/notices";

import styles from "./ActivityRow.module.css";
import { Bar } from "./Bar";
import { Button } from "./Button";
import { explain } from "./Failure";

export function isRunning(activity: Activity): boolean {
  return activity.state === "running" || activity.state === "queued";
}

/** Long work with its name, count, rate, time left, and the way to stop it. */
export function ActivityRow({ activity, mayCancel }: { activity: Activity; mayCancel: boolean }) {
  const text = useText();
  const queries = useQueryClient();
  const cancelling = useMutation({
    mutationFn: () => cancelActivity(activity.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: activitiesQuery.queryKey }),
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  const words = [
    activity.state === "queued" ? text("activity.queued") : counted(activity, text),
    activity.rate ? text("activity.rate", { rate: activity.rate }) : null,
    activity.seconds_left === null ? null : timeLeft(activity.seconds_left, text),
  ].filter(Boolean);
  return (
    <div className={styles.row}>
      <div className={styles.head}>
        <strong>{activity.title}</strong>
        {mayCancel ? (
          <Button small tone="bare" busy={cancelling.isPending} onClick={() => cancelling.mutate()} aria-label={text("activity.cancelNamed", { title: activity.title })}>
            {text("common.cancel")}
          </Button>
        ) : null}
      </div>
      <Bar value={activity.total ? activity.done / activity.total : null} label={activity.title} />
      <span className={styles.words}>
        <span className="numbers">{words.join(" · ")}</span>
        {activity.failed_count ? <span className={styles.failed}>{text("activity.failed", { count: activity.failed_count })}</span> : null}
      </span>
    </div>
  );
}

function counted(activity: Activity, text: Text): string {
  return activity.total ? text("activity.of", { done: activity.done, total: activity.total }) : text("activity.done", { done: activity.done });
}

function timeLeft(seconds: number, text: Text): string {
  if (seconds < 60) return text("activity.secondsLeft");
  if (seconds < 90 * 60) return text("activity.minutesLeft", { count: Math.round(seconds / 60) });
  return text("activity.hoursLeft", { count: Math.round(seconds / 3600) });
}

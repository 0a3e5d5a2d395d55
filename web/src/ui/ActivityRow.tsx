import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { activitiesQuery, cancelActivity } from "~/api/importing";
import type { Activity } from "~/api/types";
import { useText, type Text } from "~/lib/language";
import { notify } from "~/lib/notices";

import styles from "./ActivityRow.module.css";
import { Bar } from "./Bar";
import { Button } from "./Button";
import { explain } from "./Failure";

const MOMENT = 100;

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
  const rate = useRate(activity);
  const words = [
    activity.state === "queued" ? text("activity.queued") : counted(activity, text),
    rate ? text("activity.rate", { rate }) : null,
    rate && activity.total ? timeLeft((activity.total - activity.done) / rate, text) : null,
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

export function timeLeft(seconds: number, text: Text): string | null {
  if (!Number.isFinite(seconds) || seconds < 0) return null;
  if (seconds < 60) return text("activity.secondsLeft");
  if (seconds < 90 * 60) return text("activity.minutesLeft", { count: Math.round(seconds / 60) });
  return text("activity.hoursLeft", { count: Math.round(seconds / 3600) });
}

/** Finished per second, smoothed over what this screen has watched; null until two counts are known. */
function useRate(activity: Activity): number | null {
  const [rate, setRate] = useState<number | null>(null);
  const watched = useRef<{ done: number; at: number } | null>(null);
  useEffect(() => {
    const now = performance.now();
    const before = watched.current;
    if (before && activity.done <= before.done) return;
    watched.current = { done: activity.done, at: now };
    if (!before || now - before.at < MOMENT) return;
    const seen = ((activity.done - before.done) * 1000) / (now - before.at);
     
    setRate((known) => (known === null ? seen : known * 0.7 + seen * 0.3));
  }, [activity.done]);
  return rate;
}

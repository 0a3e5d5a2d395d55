import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCw, X } from "lucide-react";

import { activitiesQuery, cancelActivity, retryActivity } from "~/api/importing";
import type { Activity } from "~/api/types";
import { isRunning, nameOfActivity } from "~/lib/activities";
import { useText, type Text } from "~/lib/language";
import { notify } from "~/lib/notices";
import { putAway } from "~/lib/putAway";

import styles from "./ActivityRow.module.css";
import { Bar } from "./Bar";
import { Button, IconButton } from "./Button";
import { explain } from "./Failure";

interface Props {
  activity: Activity;
  /** Whether this person may stop it and try it again. */
  mayCancel: boolean;
}

/** Long work with its name: while it goes on, how far it is and the way to stop it; when some of it failed, the way to try again. */
export function ActivityRow({ activity, mayCancel }: Props) {
  return isRunning(activity) ? <Running activity={activity} mayCancel={mayCancel} /> : <Failed activity={activity} mayRetry={mayCancel} />;
}

function Running({ activity, mayCancel }: Props) {
  const text = useText();
  const queries = useQueryClient();
  const name = nameOfActivity(activity, text);
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
        <strong>{name}</strong>
        {mayCancel ? (
          <Button small tone="bare" busy={cancelling.isPending} onClick={() => cancelling.mutate()} aria-label={text("activity.cancelNamed", { title: name })}>
            {text("common.cancel")}
          </Button>
        ) : null}
      </div>
      <Bar value={activity.total ? activity.done / activity.total : null} label={name} />
      <span className={styles.words}>
        <span className="numbers">{words.join(" · ")}</span>
        {activity.failed_count ? <span className={styles.failed}>{text("activity.failed", { count: activity.failed_count })}</span> : null}
      </span>
    </div>
  );
}

function Failed({ activity, mayRetry }: { activity: Activity; mayRetry: boolean }) {
  const text = useText();
  const queries = useQueryClient();
  const name = nameOfActivity(activity, text);
  const retrying = useMutation({
    mutationFn: () => retryActivity(activity),
    onSuccess: async () => {
      putAway(activity.id);
      notify(text("activity.retrying"));
      await queries.invalidateQueries({ queryKey: activitiesQuery.queryKey });
    },
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  return (
    <div className={styles.row}>
      <div className={styles.head}>
        <strong>{name}</strong>
        <span className={styles.buttons}>
          {mayRetry ? (
            <Button small icon={RotateCw} busy={retrying.isPending} onClick={() => retrying.mutate()} aria-label={text("activity.retryNamed", { title: name })}>
              {text("activity.retry")}
            </Button>
          ) : null}
          <IconButton icon={X} size={16} label={text("activity.dismissNamed", { title: name })} onClick={() => putAway(activity.id)} />
        </span>
      </div>
      <span className={styles.failed}>
        {activity.failed_count ? text("activity.failed", { count: activity.failed_count }) : text("activity.nothing")}
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

import { Popover } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import { useState } from "react";

import { activitiesQuery } from "~/api/importing";
import { hasFailed, isRunning, nameOfActivity } from "~/lib/activities";
import { useText } from "~/lib/language";
import { usePutAway } from "~/lib/putAway";
import { ActivityRow } from "~/ui/ActivityRow";
import { fractionOf } from "~/ui/Bar";

import styles from "./ActivityIndicator.module.css";

/** Says that long work is under way, or that some of it failed, and shows how far it is. Absent while there is none. */
export function ActivityIndicator({ mayCancel }: { mayCancel: boolean }) {
  const text = useText();
  const [open, setOpen] = useState(false);
  const activities = useQuery(activitiesQuery).data?.items ?? [];
  const away = usePutAway();
  const running = activities.filter(isRunning);
  const failed = mayCancel ? activities.filter((activity) => hasFailed(activity) && !away.has(activity.id)) : [];
  const told = running.length ? running : failed;
  const first = told[0];
  if (!first) return null;
  const known = running.filter((activity) => activity.total);
  const fraction = known.length
    ? known.reduce((sum, activity) => sum + activity.done, 0) / known.reduce((sum, activity) => sum + activity.total, 0)
    : 0;
  const several = text(running.length ? "activity.several" : "activity.ended", { count: told.length });
  return (
    <Popover opened={open} onChange={setOpen} width={380} position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className={styles.button} onClick={() => setOpen(!open)}>
          {running.length ? (
            <svg width={20} height={20} viewBox="0 0 20 20" aria-hidden>
              <circle cx={10} cy={10} r={7.5} fill="none" stroke="var(--track)" strokeWidth={3} />
              <circle
                cx={10}
                cy={10}
                r={7.5}
                fill="none"
                stroke="var(--accent)"
                strokeWidth={3}
                strokeLinecap="round"
                pathLength={100}
                strokeDasharray={`${Math.max(6, 100 * fractionOf(fraction))} 100`}
                transform="rotate(-90 10 10)"
              />
            </svg>
          ) : (
            <TriangleAlert size={18} strokeWidth={1.7} className={styles.failed} aria-hidden />
          )}
          <span className={styles.words}>{told.length > 1 ? several : nameOfActivity(first, text)}</span>
          <span className="unseen">{text(running.length ? "activity.show" : "activity.showFailed")}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={styles.list}>
          {[...running, ...failed].map((activity) => (
            <ActivityRow key={activity.id} activity={activity} mayCancel={mayCancel} />
          ))}
          {failed.length ? (
            <Link to="/import" hash="problems" className={styles.why} onClick={() => setOpen(false)}>
              {text("activity.why")}
            </Link>
          ) : null}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

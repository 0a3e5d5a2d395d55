import { Popover } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { activitiesQuery } from "~/api/importing";
import { useText } from "~/lib/language";
import { ActivityRow, isRunning } from "~/ui/ActivityRow";
import { fractionOf } from "~/ui/Bar";

import styles from "./ActivityIndicator.module.css";

/** Says that long work is under way, and shows how far it is. Absent while nothing runs. */
export function ActivityIndicator({ mayCancel }: { mayCancel: boolean }) {
  const text = useText();
  const activities = useQuery(activitiesQuery);
  const running = (activities.data?.items ?? []).filter(isRunning);
  const first = running[0];
  if (!first) return null;
  const known = running.filter((activity) => activity.total);
  const fraction = known.length
    ? known.reduce((sum, activity) => sum + activity.done, 0) / known.reduce((sum, activity) => sum + activity.total, 0)
    : 0;
  return (
    <Popover width={380} position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <button type="button" className={styles.button}>
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
          <span className={styles.words}>{running.length > 1 ? text("activity.several", { count: running.length }) : first.title}</span>
          <span className="unseen">{text("activity.show")}</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={styles.list}>
          {running.map((activity) => (
            <ActivityRow key={activity.id} activity={activity} mayCancel={mayCancel} />
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

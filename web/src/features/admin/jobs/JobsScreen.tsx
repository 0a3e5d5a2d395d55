import { useQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";

import { houseQuery } from "~/api/admin";
import { activitiesQuery } from "~/api/importing";
import { hasFailed, isRunning } from "~/lib/activities";
import { useLanguage, useText } from "~/lib/language";
import { ActivityRow } from "~/ui/ActivityRow";
import { Failure, Panel } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import styles from "../admin.module.css";

const NUMBERS = ["waiting", "planned", "running", "failed"] as const;

/** What is done in the background: by people's wish, and kind by kind. */
export function JobsScreen() {
  const text = useText();
  const { language } = useLanguage();
  const house = useQuery(houseQuery);
  const activities = useQuery(activitiesQuery).data?.items.filter((one) => isRunning(one) || hasFailed(one)) ?? [];
  if (house.isError && !house.data) return <Failure error={house.error} retry={() => void house.refetch()} />;
  if (!house.data) return <Skeleton height={320} round={14} />;
  const busy = house.data.queues.some((queue) => NUMBERS.some((name) => name !== "planned" && queue[name] > 0)) || activities.length > 0;
  return (
    <>
      <p className={styles.help}>{text("admin.jobs.help")}</p>
      {busy ? null : <Panel icon={CircleCheck} title={text("admin.jobs.none")} />}
      <div className={styles.sheets}>
        {activities.length ? (
          <section className={styles.sheet} aria-labelledby="jobs-activities">
            <h2 id="jobs-activities">{text("admin.jobs.activities")}</h2>
            {activities.map((activity) => (
              <ActivityRow key={activity.id} activity={activity} mayCancel />
            ))}
          </section>
        ) : null}
        {house.data.queues.length ? (
          <div className={styles.tableFrame}>
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col">{text("admin.jobs.task")}</th>
                  {NUMBERS.map((name) => (
                    <th key={name} scope="col" className={styles.number}>
                      {text(`admin.jobs.${name}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {house.data.queues.map((queue) => (
                  <tr key={queue.name}>
                    <td className={styles.code}>{queue.name}</td>
                    {NUMBERS.map((name) => (
                      <td key={name} className={styles.number}>
                        {queue[name] ? <span className={name === "failed" ? styles.bad : undefined}>{queue[name].toLocaleString(language)}</span> : <span className={styles.dim}>0</span>}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        ) : null}
      </div>
    </>
  );
}

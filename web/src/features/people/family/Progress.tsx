import { useQuery } from "@tanstack/react-query";

import { progressQuery } from "~/api/family";
import { useText } from "~/lib/language";
import { Bar } from "~/ui/Bar";
import { Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import styles from "./family.module.css";

/** Who of the class has read how far, of those who agreed to be seen. */
export function Progress({ collectiveId }: { collectiveId: string }) {
  const text = useText();
  const progress = useQuery(progressQuery(collectiveId));
  if (progress.isError) return <Failure error={progress.error} retry={() => void progress.refetch()} />;
  if (!progress.data) return <Skeleton height={160} round={14} />;
  const { series, members, not_shown: hidden } = progress.data;
  return (
    <section aria-labelledby="progress" className={styles.progress}>
      <h2 id="progress">{text("family.progress.title")}</h2>
      {series.length === 0 ? (
        <p className={styles.dim}>{text("family.progress.noSeries")}</p>
      ) : members.length === 0 ? (
        <p className={styles.dim}>{text("family.progress.nobody")}</p>
      ) : (
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard
        <div className={styles.tableFrame} role="region" aria-labelledby="progress" tabIndex={0}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{text("family.progress.who")}</th>
                {series.map((one) => (
                  <th key={one.id} scope="col">
                    {one.title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {members.map((member) => (
                <tr key={member.user_id}>
                  <th scope="row">{member.name}</th>
                  {series.map((one) => {
                    const theirs = member.series.find((each) => each.series_id === one.id);
                    const read = theirs?.read ?? 0;
                    if (!theirs) {
                      return (
                        <td key={one.id} className={styles.dim}>
                          {text("family.progress.notBegun")}
                        </td>
                      );
                    }
                    return (
                      <td key={one.id}>
                        <span className="numbers">{text("family.progress.of", { read, total: one.episode_count })}</span>
                        <Bar value={one.episode_count ? read / one.episode_count : 0} label={text("family.progress.label", { name: member.name, series: one.title })} />
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {hidden ? <p className={styles.dim}>{text("family.progress.hidden", { count: hidden })}</p> : null}
    </section>
  );
}

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, RotateCw } from "lucide-react";
import { FormattedDate } from "react-intl";

import { activitiesQuery, problemsQuery, retryProblems } from "~/api/importing";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Button } from "~/ui/Button";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import styles from "./Problems.module.css";

/** What could not be read, why, and what to do about it. */
export function Problems() {
  const text = useText();
  const problems = useInfiniteQuery(problemsQuery);
  const queries = useQueryClient();
  const retrying = useMutation({
    mutationFn: retryProblems,
    onSuccess: async () => {
      notify(text("problems.retrying"));
      await queries.invalidateQueries({ queryKey: activitiesQuery.queryKey });
    },
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  const items = problems.data?.pages.flatMap((page) => page.items) ?? [];
  const total = problems.data?.pages[0]?.total ?? 0;
  return (
    <section aria-labelledby="problems" className={styles.section}>
      <div className={styles.head}>
        <h2 id="problems">{text("problems.title")}</h2>
        {items.length ? (
          <Button small icon={RotateCw} busy={retrying.isPending} onClick={() => retrying.mutate()}>
            {text("problems.retry")}
          </Button>
        ) : null}
      </div>
      {problems.isError ? (
        <Failure error={problems.error} retry={() => void problems.refetch()} />
      ) : !problems.data ? (
        <Skeleton height={64} />
      ) : items.length === 0 ? (
        <p className={styles.fine}>
          <CircleCheck size={18} strokeWidth={1.7} aria-hidden />
          {text("problems.none")}
        </p>
      ) : (
        <>
          <p className={styles.help}>{text("problems.help", { count: total })}</p>
          <ul className={styles.list}>
            {items.map((problem) => (
              <li key={`${problem.path}\0${problem.code}`}>
                <div className={styles.file}>
                  <strong>{problem.path.split("/").at(-1)}</strong>
                  <span>{problem.path.split("/").slice(0, -1).join("/")}</span>
                </div>
                <p>{problem.message}</p>
                <span className={styles.when}>
                  <FormattedDate value={problem.at} month="short" day="numeric" />
                </span>
              </li>
            ))}
          </ul>
          {problems.hasNextPage ? (
            <Button busy={problems.isFetchingNextPage} onClick={() => void problems.fetchNextPage()}>
              {text("problems.more")}
            </Button>
          ) : null}
        </>
      )}
    </section>
  );
}

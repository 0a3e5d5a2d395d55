import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";

import { activitiesQuery, scanAll } from "~/api/importing";
import { hasFailed, isRunning } from "~/lib/activities";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { usePutAway } from "~/lib/putAway";
import { ActivityRow } from "~/ui/ActivityRow";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";
import { useTitle } from "~/ui/useTitle";

import { DropField } from "./DropField";
import styles from "./ImportScreen.module.css";
import { Problems } from "./Problems";
import { Roots } from "./Roots";
import { SendingRow } from "./SendingRow";
import { useUploads } from "./uploads";

export function ImportScreen() {
  const text = useText();
  const queries = useQueryClient();
  const activities = useQuery(activitiesQuery);
  const { sendings, send, dismiss } = useUploads();
  useTitle(text("rooms.import"));
  const away = usePutAway();
  const running = (activities.data?.items ?? []).filter(isRunning);
  const failed = (activities.data?.items ?? []).filter((activity) => hasFailed(activity) && !away.has(activity.id));
  const scanning = useMutation({
    mutationFn: scanAll,
    onSuccess: async () => {
      notify(text("import.scanStarted"));
      await queries.invalidateQueries({ queryKey: activitiesQuery.queryKey });
    },
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  return (
    <>
      <div className={styles.head}>
        <h1>{text("import.title")}</h1>
        <Button icon={RefreshCw} busy={scanning.isPending} onClick={() => scanning.mutate()}>
          {text("import.scanAll")}
        </Button>
      </div>
      <DropField onFiles={send} />
      {sendings.length || running.length ? (
        <section aria-labelledby="under-way" className={styles.section}>
          <h2 id="under-way">{text("import.underWay")}</h2>
          <div className={styles.sheet}>
            {sendings.map((sending) => (
              <SendingRow key={sending.id} sending={sending} onDismiss={() => dismiss(sending.id)} />
            ))}
            {running.map((activity) => (
              <ActivityRow key={activity.id} activity={activity} mayCancel />
            ))}
          </div>
        </section>
      ) : null}
      {failed.length ? (
        <section aria-labelledby="failed" className={styles.section}>
          <h2 id="failed">{text("import.failed")}</h2>
          <div className={styles.sheet}>
            {failed.map((activity) => (
              <ActivityRow key={activity.id} activity={activity} mayCancel />
            ))}
          </div>
        </section>
      ) : null}
      <Roots />
      <Problems />
    </>
  );
}

import { NativeSelect, Switch } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { modelsQuery } from "~/api/companion";
import { collectiveModelsQuery, setCollectiveModels } from "~/api/family";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import styles from "./family.module.css";

interface Decided {
  model: string | null;
  cloud_off: boolean;
}

/** Which model answers a collective's members, and whether a company's computer ever may. */
export function Models({ collectiveId }: { collectiveId: string }) {
  const text = useText();
  const queries = useQueryClient();
  const query = collectiveModelsQuery(collectiveId);
  const decided = useQuery(query);
  const offered = useQuery(modelsQuery).data?.items ?? [];
  const changing = useMutation({
    mutationFn: (next: Decided) => setCollectiveModels(collectiveId, next),
    onSuccess: (now, next) => {
      const before = decided.data;
      queries.setQueryData(query.queryKey, now);
      notify(text("family.models.saved"), before ? { undo: () => void setCollectiveModels(collectiveId, before).then(renew, failed) } : {});
      if (next.model !== before?.model) void queries.invalidateQueries({ queryKey: modelsQuery.queryKey });
    },
    onError: failed,
    onSettled: renew,
  });
  function renew() {
    return queries.invalidateQueries({ queryKey: query.queryKey });
  }
  function failed(error: unknown) {
    notify(explain(error, text), { tone: "problem" });
  }
  const now = changing.isPending ? changing.variables : decided.data;
  const names = [...new Set([...offered.map((one) => one.name), ...(now?.model ? [now.model] : [])])];
  return (
    <section aria-labelledby="models">
      <h2 id="models">{text("family.models.title")}</h2>
      {decided.isError && !now ? (
        <Failure error={decided.error} retry={() => void decided.refetch()} />
      ) : !now ? (
        <Skeleton height={128} round={14} />
      ) : (
        <div className={styles.choices}>
          <NativeSelect
            label={text("family.models.which")}
            description={text(names.length > 1 ? "family.models.whichHelp" : "family.models.onlyOne")}
            value={now.model ?? ""}
            disabled={changing.isPending}
            data={[{ value: "", label: text("family.models.usual") }, ...names.map((name) => ({ value: name, label: name === "builtin" ? text("family.models.builtin") : name }))]}
            onChange={(event) => changing.mutate({ ...now, model: event.currentTarget.value || null })}
          />
          <Switch label={text("family.cloud.off")} description={text("family.cloud.help")} checked={now.cloud_off} disabled={changing.isPending} onChange={(event) => changing.mutate({ ...now, cloud_off: event.currentTarget.checked })} />
        </div>
      )}
    </section>
  );
}

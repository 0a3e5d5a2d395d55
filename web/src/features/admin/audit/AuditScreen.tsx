import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Download, ListFilter, ScrollText } from "lucide-react";

import { deedsQuery, exportDeeds, type DeedFilters } from "~/api/admin";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { saveFile } from "~/lib/saving";
import { Button } from "~/ui/Button";
import { explain, Failure, Panel } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import styles from "../admin.module.css";

import own from "./Audit.module.css";
import { DeedRow } from "./DeedRow";
import { Filters } from "./Filters";

const route = getRouteApi("/inside/shell/admin/audit");
const COUNTED = 10_000;

/** Days as a person means them, from the first's beginning to the last's end on their clock. */
function filtersOf(search: Partial<Record<"actor" | "action" | "kind" | "thing" | "since" | "until", string | undefined>>): DeedFilters {
  const day = (text: string, later: number) => {
    const start = new Date(`${text}T00:00:00`);
    start.setDate(start.getDate() + later);
    return start.toISOString();
  };
  return {
    ...(search.actor === "machine" ? { machine: true } : search.actor ? { actor: search.actor } : {}),
    ...(search.action ? { action: search.action } : {}),
    ...(search.kind ? { entity_type: search.kind } : {}),
    ...(search.thing ? { entity_id: search.thing } : {}),
    ...(search.since ? { since: day(search.since, 0) } : {}),
    ...(search.until ? { until: day(search.until, 1) } : {}),
  };
}

/** Who did what to which thing, and what it changed. */
export function AuditScreen() {
  const text = useText();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filters = filtersOf(search);
  const narrowed = Object.keys(filters).length > 0;
  const deeds = useInfiniteQuery(deedsQuery(filters));
  const total = deeds.data?.pages[0]?.total ?? 0;
  const items = deeds.data?.pages.flatMap((page) => page.items) ?? [];
  const exporting = useMutation({
    mutationFn: () => exportDeeds(filters),
    onSuccess: (file) => {
      saveFile(new Blob([file as BlobPart], { type: "text/csv" }), "fumetto-audit.csv");
      notify(text("admin.audit.exported"));
    },
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  const lift = () => void navigate({ search: {}, replace: true });
  return (
    <>
      <p className={styles.help}>{text("admin.audit.help")}</p>
      <Filters />
      {deeds.isError && !deeds.data ? (
        <Failure error={deeds.error} retry={() => void deeds.refetch()} />
      ) : deeds.isPending ? (
        <Skeleton height={420} round={14} />
      ) : items.length === 0 ? (
        <Panel icon={narrowed ? ListFilter : ScrollText} title={text("admin.audit.none")} actions={narrowed ? <Button onClick={lift}>{text("admin.audit.clear")}</Button> : undefined}>
          {narrowed ? text("admin.audit.noneHelp") : null}
        </Panel>
      ) : (
        <>
          <div className={own.over}>
            <span role="status">{total >= COUNTED ? text("admin.audit.many", { count: COUNTED }) : text("admin.audit.total", { count: total })}</span>
            <Button small icon={Download} busy={exporting.isPending} onClick={() => exporting.mutate()}>
              {text("admin.audit.export")}
            </Button>
          </div>
          <ul className={own.list} aria-label={text("admin.audit.list")}>
            {items.map((deed) => (
              <DeedRow key={deed.id} deed={deed} />
            ))}
          </ul>
          {deeds.hasNextPage ? (
            <div className={own.more}>
              <Button busy={deeds.isFetchingNextPage} onClick={() => void deeds.fetchNextPage()}>
                {text("admin.audit.more")}
              </Button>
            </div>
          ) : null}
        </>
      )}
    </>
  );
}

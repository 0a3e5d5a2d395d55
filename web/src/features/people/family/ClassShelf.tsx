import { MultiSelect } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { makeShelfFor, putSeriesOnShelf, shelfQuery, shelvesQuery } from "~/api/family";
import { seriesByTitleQuery } from "~/api/library";
import type { Collective } from "~/api/types";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Button } from "~/ui/Button";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import styles from "./family.module.css";

/** The series that a family or a class reads together. */
export function ClassShelf({ collective }: { collective: Collective }) {
  const text = useText();
  const queries = useQueryClient();
  const shelves = useQuery(shelvesQuery);
  const shelf = shelves.data?.items.find((one) => one.collective_ids.includes(collective.id));
  const making = useMutation({
    mutationFn: () => makeShelfFor(collective.id, collective.name),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["shelves"] }),
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  return (
    <section aria-labelledby="class-shelf">
      <h2 id="class-shelf">{text("family.shelf.title")}</h2>
      <p className={styles.dim}>{text("family.shelf.help")}</p>
      {shelves.isError && !shelves.data ? (
        <Failure error={shelves.error} retry={() => void shelves.refetch()} />
      ) : !shelves.data ? (
        <Skeleton height={64} round={14} />
      ) : shelf ? (
        <Series shelfId={shelf.id} collectiveId={collective.id} mine={shelf.mine} />
      ) : (
        <Button busy={making.isPending} onClick={() => making.mutate()}>
          {text("family.shelf.make")}
        </Button>
      )}
    </section>
  );
}

function Series({ shelfId, collectiveId, mine }: { shelfId: string; collectiveId: string; mine: boolean }) {
  const text = useText();
  const queries = useQueryClient();
  const shelf = useQuery(shelfQuery(shelfId));
  const [words, setWords] = useState("");
  const found = useQuery(seriesByTitleQuery(words));
  const putting = useMutation({
    mutationFn: (ids: string[]) => putSeriesOnShelf(shelfId, ids),
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ["shelves"] });
      await queries.invalidateQueries({ queryKey: ["collectives", collectiveId, "progress"] });
    },
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  const there = shelf.data?.series ?? [];
  const known = new Map([...there, ...(found.data?.items ?? [])].map((one) => [one.id, one.title]));
  return (
    <MultiSelect
      label={text("family.shelf.series")}
      searchable
      disabled={!mine || putting.isPending}
      searchValue={words}
      onSearchChange={setWords}
      value={putting.isPending ? putting.variables : there.map((one) => one.id)}
      data={[...known].map(([value, label]) => ({ value, label }))}
      nothingFoundMessage={text("family.shelf.nothing")}
      onChange={(ids) => putting.mutate(ids)}
    />
  );
}

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { ArrowUpDown, FolderPlus } from "lucide-react";
import { useState } from "react";

import { arrangeCollection, collectionQuery, deleteCollection, renameCollection } from "~/api/lists";
import type { CollectionDetail } from "~/api/types";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Button, ButtonLink } from "~/ui/Button";
import { Cover } from "~/ui/Cover";
import { explain, Failure, Panel } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";
import { useTitle } from "~/ui/useTitle";

import { SeriesTile } from "../shared/SeriesTile";

import styles from "./CollectionScreen.module.css";
import { ListHead } from "./ListHead";
import { Sortable } from "./Sortable";

const route = getRouteApi("/inside/shell/collections/$id");

export function CollectionScreen() {
  const text = useText();
  const { id } = route.useParams();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const collection = useQuery(collectionQuery(id));
  const [arranging, setArranging] = useState(false);
  useTitle(collection.data?.name);
  const onError = (error: unknown) => notify(explain(error, text), { tone: "problem" });
  const refresh = () => queries.invalidateQueries({ queryKey: ["collections"] });
  const renaming = useMutation({ mutationFn: (name: string) => renameCollection(id, name), onSuccess: refresh, onError });
  const deleting = useMutation({
    mutationFn: () => deleteCollection(id),
    onSuccess: async () => {
      await navigate({ to: "/lists" });
      await refresh();
    },
    onError,
  });
  const arrangement = useMutation({
    mutationFn: (ids: string[]) => arrangeCollection(id, ids),
    // The new order is shown at once and taken back when the server refuses it.
    onMutate: (ids) => {
      const before = queries.getQueryData(collectionQuery(id).queryKey);
      queries.setQueryData(collectionQuery(id).queryKey, (known) => known && inOrder(known, ids));
      return before;
    },
    onError: (error, _, before) => {
      queries.setQueryData(collectionQuery(id).queryKey, before);
      onError(error);
    },
    onSettled: refresh,
  });

  if (collection.isError) return <Failure whole error={collection.error} retry={() => void collection.refetch()} />;
  if (!collection.data) return <Skeleton width={320} height={44} />;
  const { series, name } = collection.data;
  const ids = series.map((one) => one.id);
  return (
    <>
      <ListHead
        name={name}
        count={text("lists.series", { count: series.length })}
        busy={renaming.isPending || deleting.isPending}
        onRename={(next) => renaming.mutate(next)}
        onDelete={() => deleting.mutate()}
      >
        {series.length ? (
          <Button icon={ArrowUpDown} aria-pressed={arranging} tone={arranging ? "ink" : "plain"} onClick={() => setArranging(!arranging)}>
            {text(arranging ? "common.done" : "lists.arrange")}
          </Button>
        ) : null}
      </ListHead>
      {series.length === 0 ? (
        <Panel icon={FolderPlus} title={text("lists.emptyCollection")} actions={<ButtonLink to="/">{text("failure.missing.back")}</ButtonLink>}>
          <p>{text("lists.emptyCollectionHelp")}</p>
        </Panel>
      ) : arranging ? (
        <Sortable
          items={series}
          layout="grid"
          nameOf={({ title }) => title}
          onOrder={(next) => arrangement.mutate(next)}
          onRemove={(one) => {
            arrangement.mutate(ids.filter((each) => each !== one.id));
            notify(text("lists.tookOut", { name: one.title }), { undo: () => arrangement.mutate(ids) });
          }}
        >
          {(one) => (
            <>
              <Cover cover={one.cover} title={one.title} />
              <strong className={styles.name}>{one.title}</strong>
            </>
          )}
        </Sortable>
      ) : (
        <ul className={styles.grid}>
          {series.map((one) => (
            <li key={one.id}>
              <SeriesTile series={one} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function inOrder(collection: CollectionDetail, ids: string[]): CollectionDetail {
  return { ...collection, series: ids.flatMap((id) => collection.series.filter((one) => one.id === id)) };
}

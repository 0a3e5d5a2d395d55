import { Modal, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";

import {
  arrangeCollection,
  arrangeReadingList,
  collectionQuery,
  collectionsQuery,
  makeCollection,
  makeReadingList,
  readingListQuery,
  readingListsQuery,
} from "~/api/lists";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Button } from "~/ui/Button";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import styles from "./AddToDialog.module.css";

export interface Addition { what: "series" | "episodes"; ids: string[] }

interface Props {
  addition: Addition | null;
  onClose: (added: boolean) => void;
}

/** Puts series into a collection, or episodes at the end of a reading list, making a new one where wanted. */
export function AddToDialog({ addition, onClose }: Props) {
  const text = useText();
  return (
    <Modal
      opened={addition !== null}
      onClose={() => onClose(false)}
      title={text(addition?.what === "episodes" ? "addTo.list" : "addTo.collection")}
      closeButtonProps={{ "aria-label": text("common.close") }}
    >
      {addition ? <Choices addition={addition} onClose={onClose} /> : null}
    </Modal>
  );
}

function Choices({ addition, onClose }: { addition: Addition; onClose: Props["onClose"] }) {
  const text = useText();
  const queries = useQueryClient();
  const episodes = addition.what === "episodes";
  const collections = useQuery({ ...collectionsQuery, enabled: !episodes });
  const lists = useQuery({ ...readingListsQuery, enabled: episodes });
  const asked = episodes ? lists : collections;
  const shown = episodes
    ? lists.data?.items.map((list) => ({ id: list.id, name: list.name, count: text("lists.episodes", { count: list.episode_count }) }))
    : collections.data?.items.map((one) => ({ id: one.id, name: one.name, count: text("lists.series", { count: one.series_count }) }));
  const [name, setName] = useState("");

  const adding = useMutation({
    mutationFn: async ({ id, name: made }: { id?: string; name: string }) => {
      const into = id ?? (await (episodes ? makeReadingList(made) : makeCollection(made))).id;
      if (episodes) {
        const list = await queries.query({ ...readingListQuery(into), staleTime: 0 });
        await arrangeReadingList(into, union(list.episodes, addition.ids));
      } else {
        const collection = await queries.query({ ...collectionQuery(into), staleTime: 0 });
        await arrangeCollection(into, union(collection.series, addition.ids));
      }
    },
    onSuccess: async (_, { name: into }) => {
      notify(text("addTo.added", { name: into, count: addition.ids.length }));
      onClose(true);
      await queries.invalidateQueries({ queryKey: [episodes ? "reading-lists" : "collections"] });
    },
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });

  if (asked.isError) return <Failure error={asked.error} retry={() => void asked.refetch()} />;
  return (
    <div className={styles.choices}>
      {shown ? (
        shown.map((one) => (
          <button key={one.id} type="button" className={styles.choice} disabled={adding.isPending} onClick={() => adding.mutate(one)}>
            <strong>{one.name}</strong>
            <span>{one.count}</span>
          </button>
        ))
      ) : (
        <Skeleton height={44} />
      )}
      <form
        className={styles.new}
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) adding.mutate({ name: name.trim() });
        }}
      >
        <TextInput
          label={text(episodes ? "addTo.newList" : "addTo.newCollection")}
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus={shown?.length === 0 || undefined}
        />
        <Button type="submit" icon={Plus} tone="ink" disabled={!name.trim()} busy={adding.isPending}>
          {text("addTo.make")}
        </Button>
      </form>
    </div>
  );
}

function union(here: { id: string }[], more: string[]): string[] {
  return [...new Set([...here.map(({ id }) => id), ...more])];
}

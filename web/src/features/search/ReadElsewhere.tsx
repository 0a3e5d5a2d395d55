import { Modal, Select } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { seriesByTitleQuery } from "~/api/library";
import { mark } from "~/api/reading";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import styles from "./search.module.css";

interface Props {
  /** The series that is searched in; without it the reader says which. */
  series: { id: string; title: string } | null;
  onClose: () => void;
}

/** A reader who knows a series from elsewhere says so once: it is marked as read, by name, and then searched whole. */
export function ReadElsewhere({ series, onClose }: Props) {
  const text = useText();
  const queries = useQueryClient();
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const found = useQuery({ ...seriesByTitleQuery(typed), enabled: series === null }).data?.items ?? [];
  const picked = found.find(({ id }) => id === chosen);
  const named = series ?? (picked ? { id: picked.id, title: picked.title } : null);
  const act = useMutation({
    mutationFn: (id: string) => mark({ series_id: id, state: "read" }),
    onSuccess: () => {
      void queries.invalidateQueries();
      notify(text("search.elsewhere.done", { title: named?.title }));
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={text("search.elsewhere.title")} closeButtonProps={{ "aria-label": text("common.close") }}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (named) act.mutate(named.id);
        }}
      >
        {series ? null : (
          <Select
            label={text("search.elsewhere.which")}
            placeholder={text("search.elsewhere.choose")}
            searchable
            clearable
            data-autofocus
            data={found.map(({ id, title }) => ({ value: id, label: title }))}
            filter={({ options }) => options}
            value={chosen}
            onChange={setChosen}
            searchValue={typed}
            onSearchChange={setTyped}
            nothingFoundMessage={text("search.elsewhere.none")}
          />
        )}
        <p>{named ? text("search.elsewhere.means", { title: named.title }) : text("search.elsewhere.meansAny")}</p>
        {act.isError ? (
          <p role="alert" className={styles.error}>
            {explain(act.error, text)}
          </p>
        ) : null}
        <div className={styles.buttons}>
          <Button tone="bare" onClick={onClose}>
            {text("common.cancel")}
          </Button>
          <Button type="submit" tone="ink" disabled={!named} busy={act.isPending}>
            {named ? text("search.elsewhere.act", { title: named.title }) : text("search.elsewhere.actAny")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

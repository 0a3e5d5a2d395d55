import { TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";

import { correctMemory, forget, forgetAll, memoryQuery, type Memory } from "~/api/companion";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Ago } from "~/ui/Ago";
import { AskDialog } from "~/ui/AskDialog";
import { Button, IconButton } from "~/ui/Button";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import styles from "./companion.module.css";

type Fact = Memory["facts"][number];

/** What the companion keeps in mind about the reader, theirs to correct and to take back. */
export function MemoryList() {
  const text = useText();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery(memoryQuery);
  const [clearing, setClearing] = useState(false);
  const stale = () => queries.invalidateQueries({ queryKey: memoryQuery.queryKey });
  const clear = useMutation({
    mutationFn: forgetAll,
    onSuccess: async () => {
      setClearing(false);
      notify(text("companion.memory.cleared"));
      await stale();
    },
  });
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton height={58} round={12} />;
  const { facts, summaries } = data;
  return (
    <div className={styles.list}>
      {facts.length ? (
        <ul aria-label={text("companion.memory.facts")}>
          {facts.map((fact) => (
            <Remembered key={fact.id} fact={fact} onChanged={stale} />
          ))}
        </ul>
      ) : (
        <p className={styles.quiet}>{text("companion.memory.none")}</p>
      )}
      {summaries.length ? (
        <details className={styles.summaries}>
          <summary>{text("companion.memory.summaries", { count: summaries.length })}</summary>
          {summaries.map(({ conversation_id: id, text: words }) => (
            <p key={id} dir="auto">
              {words}
            </p>
          ))}
        </details>
      ) : null}
      {facts.length || summaries.length ? (
        <div>
          <Button small tone="danger" onClick={() => setClearing(true)}>
            {text("companion.memory.clear")}
          </Button>
        </div>
      ) : null}
      {clearing ? (
        <AskDialog title={text("companion.memory.clear")} action={text("companion.memory.clear")} tone="danger" busy={clear.isPending} error={clear.error} onAct={() => clear.mutate()} onClose={() => setClearing(false)}>
          <p>{text("companion.memory.clear.detail")}</p>
        </AskDialog>
      ) : null}
    </div>
  );
}

function Remembered({ fact, onChanged }: { fact: Fact; onChanged: () => Promise<void> }) {
  const text = useText();
  const [editing, setEditing] = useState(false);
  const [draft, setDraft] = useState(fact.text);
  const saving = useMutation({
    mutationFn: () => correctMemory(fact.id, draft.trim()),
    onSuccess: async () => {
      setEditing(false);
      await onChanged();
    },
  });
  const dropping = useMutation({ mutationFn: () => forget(fact.id), onSuccess: onChanged, onError: (error) => notify(explain(error, text), { tone: "problem" }) });
  return (
    <li className={styles.row}>
      <span className={styles.rowMain}>
        <span dir="auto">{fact.text}</span>
        <span className={styles.rowMeta}>
          {fact.created_at ? <Ago moment={fact.created_at} /> : null}
        </span>
      </span>
      <IconButton
        icon={Pencil}
        size={16}
        label={text("companion.memory.edit", { fact: fact.text })}
        onClick={() => {
          setDraft(fact.text);
          setEditing(true);
        }}
      />
      <IconButton icon={Trash2} size={16} label={text("companion.memory.forget", { fact: fact.text })} disabled={dropping.isPending} onClick={() => dropping.mutate()} />
      {editing ? (
        <AskDialog title={text("companion.memory.correct")} action={text("common.save")} disabled={!draft.trim()} busy={saving.isPending} error={saving.error} onAct={() => saving.mutate()} onClose={() => setEditing(false)}>
          <TextInput aria-label={text("companion.memory.correct")} maxLength={500} value={draft} onChange={(event) => setDraft(event.target.value)} data-autofocus />
        </AskDialog>
      ) : null}
    </li>
  );
}

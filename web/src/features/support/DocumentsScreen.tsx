import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FileUp, RotateCcw, Trash2 } from "lucide-react";
import { useRef, useState } from "react";

import { addDocument, collectionsQuery, confirmLine, documentsQuery, linesQuery, removeDocument, retryReading, type Collection, type DocumentRow, type LineRow } from "~/api/support";
import { useText } from "~/lib/language";
import { AskDialog } from "~/ui/AskDialog";
import { Button, IconButton } from "~/ui/Button";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";
import { useTitle } from "~/ui/useTitle";

import styles from "./support.module.css";

/** The owner's documents and help lines: what the helper quotes, and whom it may name. */
export function DocumentsScreen() {
  const text = useText();
  const collections = useQuery(collectionsQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  useTitle(text("helper.docs.title"));
  if (collections.isError) return <Failure error={collections.error} retry={() => void collections.refetch()} />;
  if (!collections.data) return <Skeleton height={320} />;
  const open = collections.data.items.find((one) => one.id === chosen) ?? collections.data.items[0];
  return (
    <div className={styles.screen}>
      <h1 className={styles.title}>{text("helper.docs.title")}</h1>
      <p className={styles.lead}>{text("helper.docs.lead")}</p>
      <ul className={styles.collections}>
        {collections.data.items.map((one) => (
          <li key={one.id}>
            <button type="button" aria-pressed={one.id === open?.id} onClick={() => setChosen(one.id)}>
              <strong>{one.needed ? text(`helper.docs.${one.audience}`) : one.name}</strong>
              <span>{text("helper.docs.counts", { ready: one.ready, waiting: one.waiting, failed: one.failed })}</span>
            </button>
          </li>
        ))}
      </ul>
      {open ? <Documents key={open.id} collection={open} /> : null}
      <Lines />
    </div>
  );
}

function Documents({ collection }: { collection: Collection }) {
  const text = useText();
  const queries = useQueryClient();
  const documents = useQuery(documentsQuery(collection.id));
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [going, setGoing] = useState<DocumentRow | null>(null);
  const renew = () => queries.invalidateQueries({ queryKey: ["documents"] });
  const add = useMutation({
    mutationFn: async (files: File[]) => {
      for (const file of files) await addDocument(collection.id, file);
    },
    onSettled: renew,
  });
  const retry = useMutation({ mutationFn: retryReading, onSuccess: renew });
  const remove = useMutation({
    mutationFn: removeDocument,
    onSuccess: () => {
      setGoing(null);
      return renew();
    },
  });
  return (
    <section className={styles.card}>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the button in it does the same by keyboard */}
      <div
        className={styles.drop}
        data-over={over || undefined}
        role="group"
        aria-label={text("helper.docs.add")}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          add.mutate([...event.dataTransfer.files]);
        }}
      >
        <span>{text("helper.docs.drop")}</span>
        <Button small icon={FileUp} busy={add.isPending} onClick={() => picker.current?.click()}>
          {text("helper.docs.add")}
        </Button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          accept=".md,.markdown,.txt,.pdf"
          aria-label={text("helper.docs.add")}
          onChange={(event) => {
            add.mutate([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
      </div>
      {add.isError ? (
        <p role="alert" className={styles.error}>
          {explain(add.error, text)}
        </p>
      ) : null}
      {documents.data?.items.length === 0 ? <p className={styles.small}>{text("helper.docs.empty")}</p> : null}
      <ul className={styles.documents}>
        {documents.data?.items.map((one) => (
          <li key={one.id} data-status={one.status}>
            <div>
              <strong>{one.title}</strong>
              <small>
                {[
                  one.filename,
                  one.language ?? "",
                  one.chunk_count ? text("helper.docs.pieces", { count: one.chunk_count }) : "",
                  one.page_count ? text("helper.docs.pages", { count: one.page_count }) : "",
                  one.built_in ? text("helper.docs.built_in") : "",
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </small>
              {one.error ? <small className={styles.error}>{one.error}</small> : null}
            </div>
            <span className={styles.status}>{text(`helper.docs.status.${one.status}`)}</span>
            <IconButton icon={RotateCcw} size={16} label={text("helper.docs.retry")} onClick={() => retry.mutate(one.id)} />
            <IconButton icon={Trash2} size={16} label={text("helper.docs.delete")} onClick={() => setGoing(one)} />
          </li>
        ))}
      </ul>
      {going ? (
        <AskDialog title={text("helper.docs.delete_title", { name: going.title })} action={text("helper.docs.delete")} tone="danger" busy={remove.isPending} error={remove.error} onAct={() => remove.mutate(going.id)} onClose={() => setGoing(null)}>
          <p>{text("helper.docs.delete_words")}</p>
        </AskDialog>
      ) : null}
    </section>
  );
}

/** Help lines, shown only once somebody has looked at their source. */
function Lines() {
  const text = useText();
  const queries = useQueryClient();
  const lines = useQuery(linesQuery);
  const confirm = useMutation({
    mutationFn: ({ line, confirmed }: { line: LineRow; confirmed: boolean }) => confirmLine(line, confirmed),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["helper"] }),
  });
  if (!lines.data) return null;
  return (
    <section className={styles.card}>
      <h2>{text("helper.docs.lines_title")}</h2>
      <p className={styles.small}>{text("helper.docs.lines_lead")}</p>
      <ul className={styles.documents}>
        {lines.data.items.map((line) => {
          const shown = line.confirmed_at !== null && !line.changed;
          return (
            <li key={`${line.country}-${line.slug}`} data-status={shown ? "ready" : "pending"}>
              <div>
                <strong>
                  {line.country.toUpperCase()} · {line.name} {line.phone}
                </strong>
                <small>
                  <a href={line.source} target="_blank" rel="noreferrer">
                    {text("helper.docs.source", { date: line.source_date })}
                  </a>
                  {line.changed ? ` · ${text("helper.docs.changed")}` : ""}
                </small>
              </div>
              {shown ? <span className={styles.status}>{text("helper.docs.confirmed")}</span> : null}
              <Button small onClick={() => confirm.mutate({ line, confirmed: !shown })}>
                {text(shown ? "helper.docs.withdraw" : "helper.docs.confirm")}
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

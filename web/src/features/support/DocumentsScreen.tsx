import { NativeSelect } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FileUp, RotateCcw, Trash2 } from "lucide-react";
import { useMemo, useRef, useState } from "react";

import { addDocument, collectionsQuery, confirmLine, documentsQuery, linesQuery, removeDocument, retryReading, type Collection, type DocumentRow, type LineRow } from "~/api/support";
import { nameOfLanguage, useLanguage, useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { AskDialog } from "~/ui/AskDialog";
import { Button, IconButton } from "~/ui/Button";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";
import { useTitle } from "~/ui/useTitle";

import { Counts } from "./Counts";
import styles from "./support.module.css";

const LINES = "lines";
const COUNTS = "counts";
const isShown = (line: LineRow) => line.confirmed_at !== null && !line.changed;

/** The owner's documents and help lines: what the helper quotes, and whom it may name. */
export function DocumentsScreen() {
  const text = useText();
  const collections = useQuery(collectionsQuery);
  const lines = useQuery(linesQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  useTitle(text("helper.docs.title"));
  if (collections.isError) return <Failure error={collections.error} retry={() => void collections.refetch()} />;
  if (!collections.data) return <Skeleton height={320} />;
  const open = chosen === LINES || chosen === COUNTS ? undefined : (collections.data.items.find((one) => one.id === chosen) ?? collections.data.items[0]);
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
        <li>
          <button type="button" aria-pressed={chosen === LINES} onClick={() => setChosen(LINES)}>
            <strong>{text("helper.docs.lines_title")}</strong>
            <span>{lines.data ? text("helper.docs.lines_counts", { count: lines.data.items.length, confirmed: lines.data.items.filter(isShown).length }) : "…"}</span>
          </button>
        </li>
        <li>
          <button type="button" aria-pressed={chosen === COUNTS} onClick={() => setChosen(COUNTS)}>
            <strong>{text("helper.counts.title")}</strong>
            <span>{text("helper.counts.short")}</span>
          </button>
        </li>
      </ul>
      {open ? <Documents key={open.id} collection={open} /> : chosen === COUNTS ? <Counts /> : <Lines />}
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
      const refused: unknown[] = [];
      for (const file of files) await addDocument(collection.id, file).catch((problem: unknown) => refused.push(problem));
      return refused;
    },
    onSettled: renew,
  });
  const failed = (error: unknown) => notify(explain(error, text), { tone: "problem" });
  const retry = useMutation({ mutationFn: retryReading, onSuccess: renew, onError: failed });
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
      {add.data?.length ? (
        <div role="alert">
          <ul className={`${styles.error} ${styles.refused}`}>
            {[...new Set(add.data.map((problem) => explain(problem, text)))].map((why) => (
              <li key={why}>{why}</li>
            ))}
          </ul>
        </div>
      ) : null}
      {documents.isError && !documents.data ? <Failure error={documents.error} retry={() => void documents.refetch()} /> : !documents.data ? <Skeleton height={240} round={14} /> : null}
      {documents.data?.items.length === 0 ? <p className={styles.small}>{text("helper.docs.empty")}</p> : null}
      <ul className={styles.documents}>
        {documents.data?.items.map((one) => (
          <li key={one.id} data-status={one.status}>
            <div>
              <strong>{one.title}</strong>
              <small>
                {[
                  one.built_in ? text("helper.docs.built_in") : one.filename,
                  one.language ? nameOfLanguage(one.language) : "",
                  one.chunk_count ? text("helper.docs.pieces", { count: one.chunk_count }) : "",
                  one.page_count ? text("helper.docs.pages", { count: one.page_count }) : "",
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </small>
              {one.error ? <small className={styles.error}>{one.error}</small> : null}
            </div>
            <span className={styles.status}>{text(`helper.docs.status.${one.status}`)}</span>
            {one.status === "error" ? <IconButton icon={RotateCcw} size={16} label={text("helper.docs.retry_one", { name: one.title })} disabled={retry.isPending} onClick={() => retry.mutate(one.id)} /> : null}
            <IconButton icon={Trash2} size={16} label={text("helper.docs.delete_one", { name: one.title })} onClick={() => setGoing(one)} />
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
  const { language } = useLanguage();
  const queries = useQueryClient();
  const lines = useQuery(linesQuery);
  const [country, setCountry] = useState("");
  const regions = useMemo(() => new Intl.DisplayNames([language], { type: "region", fallback: "code" }), [language]);
  const nameOf = (code: string) => regions.of(code.toUpperCase()) ?? code;
  const renew = () => queries.invalidateQueries({ queryKey: ["helper"] });
  const failed = (error: unknown) => notify(explain(error, text), { tone: "problem" });
  const confirm = useMutation({
    mutationFn: ({ line, confirmed }: { line: LineRow; confirmed: boolean }) => confirmLine(line, confirmed),
    onSuccess: (_, { line, confirmed }) => {
      notify(text(confirmed ? "helper.docs.is_shown" : "helper.docs.is_withdrawn", { name: line.name }), { undo: () => void confirmLine(line, !confirmed).then(renew, failed) });
      return renew();
    },
    onError: failed,
  });
  if (lines.isError && !lines.data) return <Failure error={lines.error} retry={() => void lines.refetch()} />;
  if (!lines.data) return <Skeleton height={320} round={14} />;
  const countries = [...new Set(lines.data.items.map((line) => line.country))].sort((one, other) => nameOf(one).localeCompare(nameOf(other), language));
  return (
    <section className={styles.card} aria-label={text("helper.docs.lines_title")}>
      <div className={styles.over}>
        <p className={styles.small}>{text("helper.docs.lines_lead")}</p>
        <NativeSelect
          size="xs"
          label={text("helper.docs.country")}
          value={country}
          data={[{ value: "", label: text("helper.docs.all_countries") }, ...countries.map((one) => ({ value: one, label: nameOf(one) }))]}
          onChange={(event) => setCountry(event.currentTarget.value)}
        />
      </div>
      {countries
        .filter((one) => !country || one === country)
        .map((one) => (
          <div key={one}>
            <h2 className={styles.country}>{nameOf(one)}</h2>
            <ul className={styles.documents}>
              {lines.data.items
                .filter((line) => line.country === one)
                .map((line) => (
                  <li key={line.slug} data-status={isShown(line) ? "ready" : "pending"}>
                    <div>
                      <strong>{[line.name, line.name.includes(line.phone) ? "" : line.phone].filter(Boolean).join(" · ")}</strong>
                      <small>
                        <a href={line.source} target="_blank" rel="noreferrer">
                          {text("helper.docs.source_of", { site: siteOf(line.source), date: new Date(`${line.source_date}T12:00:00`) })}
                        </a>
                        {line.dangers.length ? ` · ${line.dangers.map((danger) => text(`helper.danger.${danger}`)).join(", ")}` : ""}
                        {line.changed ? ` · ${text("helper.docs.changed")}` : ""}
                      </small>
                    </div>
                    {isShown(line) ? <span className={styles.status}>{text("helper.docs.confirmed")}</span> : null}
                    <Button small busy={confirm.isPending && confirm.variables.line === line} onClick={() => confirm.mutate({ line, confirmed: !isShown(line) })}>
                      {text(isShown(line) ? "helper.docs.withdraw" : "helper.docs.confirm")}
                    </Button>
                  </li>
                ))}
            </ul>
          </div>
        ))}
    </section>
  );
}

/** Whose page an address is: `azzurro.it`. */
function siteOf(address: string): string {
  return URL.canParse(address) ? new URL(address).hostname.replace(/^www\./, "") : address;
}

import { Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Check, RotateCcw } from "lucide-react";
import { useState } from "react";

import { Problem } from "~/api/http";
import { changeText, takeTextBack, textHistoryQuery, textPreviewQuery, textQuery, type TextDetail, type TextPlace } from "~/api/words";
import { inLanguage, nameOfLanguage, useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { renewWords } from "~/lib/words";
import { Ago } from "~/ui/Ago";
import { Button } from "~/ui/Button";
import { explain, Failure } from "~/ui/Failure";
import { Pills } from "~/ui/Pills";
import { Skeleton } from "~/ui/Skeleton";

import { Past } from "../Past";
import admin from "../admin.module.css";

import { Badge } from "./Badge";
import styles from "./Words.module.css";
import { difference } from "./difference";

/** One text: what Fumetto says, what is said otherwise, and how it reads. */
export function TextEditor({ place }: { place: TextPlace }) {
  const found = useQuery(textQuery(place));
  if (found.isError) return <Failure error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton height={380} round={14} />;
  return <Editing key={found.data.value ?? ""} place={place} detail={found.data} />;
}

function Editing({ place, detail }: { place: TextPlace; detail: TextDetail }) {
  const text = useText();
  const queries = useQueryClient();
  const [value, setValue] = useState(detail.value ?? detail.original);
  const [tried] = useDebouncedValue(value, 300);
  const [seenIn, setSeenIn] = useState("said");
  const language = seenIn === "said" ? place.language : seenIn;
  const preview = useQuery(textPreviewQuery({ key: place.key, variant: place.variant, language, value: tried }));
  const kept = async () => {
    renewWords();
    await Promise.all([queries.invalidateQueries({ queryKey: ["admin", "texts"] }), queries.invalidateQueries({ queryKey: ["admin", "text"] })]);
  };
  const onError = (error: unknown) => {
    if (!(error instanceof Problem && error.code === "words_refused")) notify(explain(error, text), { tone: "problem" });
  };
  const saving = useMutation({
    mutationFn: () => changeText(place, value),
    onSuccess: async () => {
      await kept();
      notify(text("admin.words.saved"));
    },
    onError,
  });
  const resetting = useMutation({
    mutationFn: () => takeTextBack(place),
    onSuccess: async () => {
      const before = detail.value;
      await kept();
      notify(text("admin.words.wasReset"), before === null ? {} : { undo: () => void changeText(place, before).then(kept, onError) });
    },
    onError,
  });
  const problems = preview.data?.problems ?? [];
  const changed = value !== (detail.value ?? detail.original);
  const outdated = detail.state === "stale" && value === detail.value;
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate();
      }}
    >
      <header className={styles.head}>
        <h2 className={admin.code}>{place.key}</h2>
        <Badge state={detail.state} />
      </header>
      {place.language === "en" && detail.original === detail.english ? null : (
        <Words title={text("admin.words.inEnglish")} words={detail.english} language="en" />
      )}
      {detail.original === detail.english && place.language !== "en" ? null : (
        <Words title={detail.original_language === place.language ? text("admin.words.original") : text("admin.words.originalIn", { language: nameOfLanguage(detail.original_language) })} words={detail.original} language={detail.original_language} />
      )}
      {detail.was !== null ? (
        <div className={styles.stale}>
          <strong>{text("admin.words.changedSince")}</strong>
          <p {...inLanguage(detail.original_language)}>
            {difference(detail.was, detail.original).map((piece, index) =>
              piece.kind === "same" ? <span key={index}>{piece.text}</span> : piece.kind === "gone" ? <del key={index}>{piece.text}</del> : <ins key={index}>{piece.text}</ins>,
            )}
          </p>
          <span>{text("admin.words.staleHelp")}</span>
        </div>
      ) : null}
      <div className={styles.beside}>
        <div>
          <Textarea
            autosize
            minRows={3}
            maxRows={16}
            spellCheck
            label={text("admin.words.sayInstead")}
            description={detail.arguments.length ? text("admin.words.values", { values: detail.arguments.map((one) => `{${one.name}}`).join(" ") }) : text("admin.words.noValues")}
            value={value}
            maxLength={2 * detail.longest}
            error={problems.length > 0}
            classNames={{ input: styles.input ?? "" }}
            {...inLanguage(place.language)}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
          <p className={styles.length} data-over={value.length > detail.longest || undefined}>
            {text("admin.words.length", { count: value.length, most: detail.longest })}
          </p>
          {detail.arguments.some((one) => one.forms.length || one.cases.length) ? (
            <ul className={styles.arguments}>
              {detail.arguments
                .filter((one) => one.forms.length || one.cases.length)
                .map((one) => (
                  <li key={one.name}>
                    <code>{`{${one.name}}`}</code> {text(one.forms.length ? "admin.words.forms" : "admin.words.cases", { list: (one.forms.length ? one.forms : one.cases).join(", ") })}
                  </li>
                ))}
            </ul>
          ) : null}
        </div>
        <section className={styles.preview} aria-label={text("admin.words.preview")} aria-live="polite">
          <Pills
            label={text("admin.words.seenIn")}
            value={seenIn}
            options={[
              { value: "said", label: text("admin.words.preview") },
              { value: "en-XA", label: "en-XA" },
              { value: "ar-XB", label: "ar-XB" },
            ]}
            onChange={setSeenIn}
          />
          {problems.length ? (
            <ul className={styles.problems}>
              {problems.map((problem) => (
                <li key={`${problem.kind} ${problem.place}`}>{problem.message}</li>
              ))}
            </ul>
          ) : (
            <ul className={styles.samples} {...inLanguage(language)}>
              {(preview.data?.samples ?? []).map((sample) => (
                <li key={sample.text}>
                  <bdi>{sample.text}</bdi>
                  <small>
                    {Object.entries(sample.values)
                      .filter(([, one]) => typeof one === "number" || detail.arguments.some((argument) => argument.cases.includes(String(one))))
                      .map(([name, one]) => `${name} = ${String(one)}`)
                      .join(", ")}
                  </small>
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
      <div className={styles.buttons}>
        <Button type="submit" tone="accent" icon={Check} busy={saving.isPending} disabled={(!changed && !outdated) || problems.length > 0}>
          {text(outdated ? "admin.words.keep" : "admin.words.save")}
        </Button>
        {detail.value !== null ? (
          <Button icon={RotateCcw} busy={resetting.isPending} onClick={() => resetting.mutate()}>
            {text("admin.words.reset")}
          </Button>
        ) : null}
      </div>
      <History place={place} />
    </form>
  );
}

function Words({ title, words, language }: { title: string; words: string; language: string }) {
  return (
    <div className={styles.words}>
      <span>{title}</span>
      <p {...inLanguage(language)}>{words}</p>
    </div>
  );
}

function History({ place }: { place: TextPlace }) {
  const text = useText();
  const [open, setOpen] = useState(false);
  const history = useQuery({ ...textHistoryQuery(place), enabled: open });
  return (
    <Past title={text("admin.words.history")} none={history.data?.items.length === 0 ? text("admin.words.noHistory") : null} onOpen={setOpen}>
      {history.data?.items.map((deed) => (
        <li key={deed.at}>
          <span>
            {deed.by ?? text("admin.words.nobody")} · <Ago moment={deed.at} />
          </span>
          <p className={styles.was} {...inLanguage(place.language)}>
            {deed.new ?? text("admin.words.tookBack")}
          </p>
        </li>
      ))}
    </Past>
  );
}

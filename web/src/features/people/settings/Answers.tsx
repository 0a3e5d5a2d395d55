import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useMemo, useState } from "react";

import { qualityQuery, qualityTableUrl, type Analytics, type Quality } from "~/api/voices";
import { useLanguage, useText } from "~/lib/language";
import { ButtonAnchor } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Pills } from "~/ui/Pills";
import { Skeleton } from "~/ui/Skeleton";

import styles from "./Answers.module.css";
import { Plot } from "./Plot";
import { Section } from "./Section";
import shared from "./Settings.module.css";

const SPANS = ["7", "30", "90"] as const;
type Span = (typeof SPANS)[number];

/** How the companion's answers did, for the owner: nobody's words and nobody's name. */
export function Answers() {
  const text = useText();
  const [span, setSpan] = useState<Span>("30");
  const since = useMemo(() => daysAgo(Number(span) - 1), [span]);
  const quality = useQuery(qualityQuery(since));
  return (
    <Section title={text("answers.title")} help={text("answers.help")}>
      <div className={styles.head}>
        <Pills label={text("answers.span")} value={span} options={SPANS.map((days) => ({ value: days, label: text("answers.days", { days: Number(days) }) }))} onChange={setSpan} />
        <ButtonAnchor small icon={Download} href={qualityTableUrl(since)} download>
          {text("answers.table")}
        </ButtonAnchor>
      </div>
      {quality.isError ? (
        <Failure error={quality.error} retry={() => void quality.refetch()} />
      ) : !quality.data ? (
        <Skeleton height={240} round={14} />
      ) : quality.data.whole.answers ? (
        <Shown quality={quality.data} />
      ) : (
        <p className={shared.none}>{text("answers.none")}</p>
      )}
    </Section>
  );
}

function Shown({ quality }: { quality: Analytics }) {
  const text = useText();
  const { language } = useLanguage();
  const { whole, by_day: days } = quality;
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  const plain = new Intl.NumberFormat(language);
  const time = (value: number | null) => (value === null ? "–" : text("answers.ms", { ms: plain.format(value) }));
  const between = allDays(quality.since, quality.until);
  const on = new Map(days.map((day) => [day.day, day]));
  const series = (value: (day: Quality) => number | null) => between.map((day) => ({ day, value: on.has(day) ? value(on.get(day) as Quality) : null }));
  const facts: [string, string][] = [
    [text("answers.count"), plain.format(whole.answers)],
    [text("answers.found"), percent.format(whole.found)],
    [text("answers.first"), time(whole.first_sentence_p50)],
    [text("companion.answers.whole"), `${time(whole.latency_p50)} · ${time(whole.latency_p95)}`],
    [text("answers.cache"), percent.format(whole.cache_hits)],
    [text("answers.thumbs"), `${plain.format(whole.positive)} · ${plain.format(whole.negative)}`],
    ...(whole.rating === null ? [] : [[text("companion.answers.stars"), text("companion.answers.of", { stars: whole.rating })] as [string, string]]),
    [text("answers.withheld"), plain.format(whole.withheld)],
    [text("answers.tokens"), `${plain.format(whole.tokens_in)} · ${plain.format(whole.tokens_out)}`],
    [text("answers.fellBack"), plain.format(whole.fell_back)],
    [text("answers.unfinished"), plain.format(whole.not_finished)],
  ];
  return (
    <>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className={styles.plots}>
        <Plot title={text("answers.count")} points={series((day) => day.answers)} format={(value) => plain.format(value)} />
        <Plot title={text("answers.plotFirst")} points={series((day) => day.first_sentence_p95)} format={time} />
        <Plot title={text("answers.found")} points={series((day) => day.found * 100)} top={100} format={(value) => percent.format(value / 100)} />
        <Plot title={text("answers.withheld")} points={series((day) => day.withheld)} format={(value) => plain.format(value)} />
      </div>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard */}
      <div className={styles.scroll} role="region" aria-label={text("answers.title")} tabIndex={0}>
        <table className={styles.table}>
          <caption className="unseen">{text("answers.byModel")}</caption>
          <thead>
            <tr>
              {(["model", "mode", "count", "found", "first", "whole", "thumbs"] as const).map((name) => (
                <th key={name} scope="col">
                  {text(`answers.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {quality.by_model.map((one) => (
              <tr key={`${one.model}-${one.mode}`}>
                <th scope="row">{one.model === "builtin" ? text("answers.builtIn") : one.model}</th>
                <td>{text(`answers.modes.${one.mode}`)}</td>
                <td>{plain.format(one.answers)}</td>
                <td>{percent.format(one.found)}</td>
                <td>{time(one.first_sentence_p50)}</td>
                <td>{time(one.latency_p50)}</td>
                <td>
                  {plain.format(one.positive)} · {plain.format(one.negative)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** A day so long ago, in UTC. */
function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}

function allDays(since: string, until: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(since); at <= Date.parse(until); at += 86_400_000) days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

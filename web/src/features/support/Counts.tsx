import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";

import { countsQuery } from "~/api/support";
import { useLanguage, useText } from "~/lib/language";
import { saveTable } from "~/lib/saving";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import { monthsBefore, SHOWN } from "./model/counts";
import styles from "./support.module.css";

/** What conversations of a month were about, in groups that are too large to tell of anybody. */
export function Counts() {
  const text = useText();
  const { language } = useLanguage();
  const months = monthsBefore(new Date(), 12);
  const [month, setMonth] = useState(months[0] ?? "");
  const counts = useQuery(countsQuery(month));
  const said = new Intl.DateTimeFormat(language, { month: "long", year: "numeric" });
  const languages = new Intl.DisplayNames([language], { type: "language", fallback: "code" });
  const shown = counts.data?.of.filter(({ what }) => what in SHOWN) ?? [];
  const nameOf = (what: string, value: string) => (value === "other" ? text("helper.counts.other") : what === "language" ? (languages.of(value) ?? value) : text(`helper.counts.${SHOWN[what] ?? what}.${value}`));
  const save = () => saveTable(`fumetto-helper-${month}.csv`, [["month", "what", "value", "people"], ...shown.flatMap(({ what, counts: of }) => Object.entries(of).map(([value, people]) => [month, what, value, String(people)]))]);
  return (
    <section className={styles.card} aria-label={text("helper.counts.title")}>
      <div className={styles.over}>
        <p className={styles.small}>{text("helper.counts.lead")}</p>
        <NativeSelect size="xs" label={text("helper.counts.month")} value={month} data={months.map((one) => ({ value: one, label: said.format(new Date(`${one}-15T12:00:00`)) }))} onChange={(event) => setMonth(event.currentTarget.value)} />
      </div>
      {counts.isError && !counts.data ? <Failure error={counts.error} retry={() => void counts.refetch()} /> : !counts.data ? <Skeleton height={240} round={14} /> : null}
      {counts.data && shown.length === 0 ? <p className={styles.small}>{text("helper.counts.none")}</p> : null}
      {shown.map(({ what, counts: of }) => {
        const most = Math.max(1, ...Object.values(of));
        return (
          <div key={what}>
            <h2 className={styles.country}>{text(`helper.counts.of.${what}`)}</h2>
            <ul className={styles.counts}>
              {Object.entries(of)
                .sort(([, one], [, other]) => other - one)
                .map(([value, people]) => (
                  <li key={value}>
                    <span>{nameOf(what, value)}</span>
                    <span className={styles.bar} style={{ inlineSize: `${String((100 * people) / most)}%` }} aria-hidden />
                    <span>{text("helper.counts.people", { count: people })}</span>
                  </li>
                ))}
            </ul>
          </div>
        );
      })}
      {shown.length > 0 ? (
        <div>
          <Button small icon={Download} onClick={save}>
            {text("helper.counts.export")}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

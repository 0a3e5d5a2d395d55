import { useQuery } from "@tanstack/react-query";
import { useId } from "react";

import { readingTimesQuery } from "~/api/family";
import type { ReadingDay } from "~/api/types";
import { useLanguage, useText } from "~/lib/language";
import { Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import styles from "./ReadingTime.module.css";

/** A day with less than this still looks like less than a whole one. */
const TALLEST = 30;

/** How long a young person read, day by day over two weeks: as bars to look at, and as a table to read. */
export function ReadingTime({ userId }: { userId: string }) {
  const text = useText();
  const id = useId();
  const { language } = useLanguage();
  const times = useQuery(readingTimesQuery(userId));
  if (times.isError && !times.data) return <Failure error={times.error} retry={() => void times.refetch()} />;
  if (!times.data) return <Skeleton height={150} round={14} />;
  const { days } = times.data;
  const read = days.filter((day) => day.minutes > 0);
  if (!read.length) return <p className={styles.none}>{text("family.time.none")}</p>;
  const minutes = read.reduce((sum, day) => sum + day.minutes, 0);
  const most = Math.max(TALLEST, ...days.map((day) => day.minutes));
  const short = new Intl.DateTimeFormat(language, { weekday: "narrow" });
  const long = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
  return (
    <figure className={styles.time} aria-labelledby={id}>
      <figcaption id={id}>{text("family.time.total", { hours: Math.floor(minutes / 60), minutes: minutes % 60, days: read.length })}</figcaption>
      <div className={styles.bars} aria-hidden>
        {days.map((day, index) => (
          <span key={day.date} className={styles.day} data-today={index === days.length - 1 || undefined} title={`${long.format(noonOf(day))}: ${text("family.time.minutes", { count: day.minutes })}`}>
            <span className={styles.bar} style={{ blockSize: `${(day.minutes / most) * 100}%` }} data-none={day.minutes === 0 || undefined} />
            <span className={styles.letter}>{short.format(noonOf(day))}</span>
          </span>
        ))}
      </div>
      <details>
        <summary>{text("family.time.list")}</summary>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{text("family.time.day")}</th>
              <th scope="col">{text("family.time.howLong")}</th>
              <th scope="col">{text("family.time.when")}</th>
            </tr>
          </thead>
          <tbody>
            {read.toReversed().map((day) => (
              <tr key={day.date}>
                <th scope="row">{long.format(noonOf(day))}</th>
                <td className="numbers">{text("family.time.minutes", { count: day.minutes })}</td>
                <td className="numbers">{day.begun === null || day.ended === null ? null : text("family.time.between", { from: clock(language, day.begun), to: clock(language, day.ended + 1) })}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

/** The day as this device counts days: its date was asked for in this device's time zone. */
function noonOf({ date }: ReadingDay): Date {
  return new Date(`${date}T12:00:00`);
}

function clock(language: string, hour: number): string {
  return new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(new Date(2000, 0, 1, hour));
}

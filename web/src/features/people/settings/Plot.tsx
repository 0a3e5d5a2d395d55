import { useLanguage, useText } from "~/lib/language";

import styles from "./Answers.module.css";

export interface Point {
  day: string;
  value: number | null;
}

interface Props {
  title: string;
  points: Point[];
  format: (value: number) => string;
  /** The value at the upper edge; left out, the highest there is. */
  top?: number;
}

const HEIGHT = 64;
const WIDTH = 300;

/** Days as bars, the highest as tall as the plot. What it shows is said in words too, and each bar says its own. */
export function Plot({ title, points, format, top }: Props) {
  const text = useText();
  const { language } = useLanguage();
  const values = points.flatMap((point) => (point.value === null ? [] : [point.value]));
  const highest = top ?? Math.max(...values, 0);
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" });
  const width = WIDTH / points.length;
  const said = text("answers.plot", { title, days: values.length, highest: format(Math.max(...values, 0)), last: format(values.at(-1) ?? 0) });
  return (
    <figure className={styles.plot}>
      <figcaption>
        <span>{title}</span>
        <span>{format(highest)}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={said} preserveAspectRatio="none">
        {points.map(({ day: on, value }, place) => {
          const height = value === null || highest === 0 ? 0 : Math.max(1.5, (value / highest) * HEIGHT);
          return (
            <rect key={on} x={place * width + width * 0.12} y={HEIGHT - height} width={width * 0.76} height={height} rx={1}>
              <title>{value === null ? text("answers.quiet", { day: day.format(new Date(on)) }) : `${day.format(new Date(on))}: ${format(value)}`}</title>
            </rect>
          );
        })}
      </svg>
      <div className={styles.ends} aria-hidden>
        <span>{day.format(new Date(points[0]?.day ?? 0))}</span>
        <span>{day.format(new Date(points.at(-1)?.day ?? 0))}</span>
      </div>
    </figure>
  );
}

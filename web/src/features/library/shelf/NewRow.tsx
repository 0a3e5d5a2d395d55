import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { newestSeriesQuery } from "~/api/library";
import { useText } from "~/lib/language";
import { Picture } from "~/ui/Picture";

import styles from "./NewRow.module.css";

interface Props {
  /** How many series there are: where most of them are new, as after a first import, none stands out. */
  total: number;
  level: 1 | 2;
}

/** Series that grew and were not opened since. Nothing while there are none. */
export function NewRow({ total, level }: Props) {
  const text = useText();
  const { data } = useQuery(newestSeriesQuery);
  if (!data?.items.length || data.total * 2 > total) return null;
  const Title = level === 1 ? "h1" : "h2";
  return (
    <section aria-labelledby="new" className={styles.section}>
      <Title id="new">{text("shelf.new")}</Title>
      <ul className={styles.row}>
        {data.items.map((series) => (
          <li key={series.id}>
            <Link to="/series/$slug" params={{ slug: series.slug }} className={styles.card}>
              <span className={styles.thumb}>
                {series.cover ? <Picture url={series.cover.url} alt="" blurhash={series.cover.blurhash} color={series.cover.dominant_color} /> : null}
              </span>
              <span className={styles.words}>
                <strong>{series.title}</strong>
                <span>{text("shelf.newEpisodes", { count: series.new_count })}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

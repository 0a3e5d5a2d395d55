import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { newestSeriesQuery } from "~/api/library";
import { useText } from "~/lib/language";
import { Picture } from "~/ui/Picture";

import styles from "./NewRow.module.css";

/** Series that grew and were not opened since. Nothing while there are none. */
export function NewRow() {
  const text = useText();
  const { data } = useQuery(newestSeriesQuery);
  if (!data?.items.length) return null;
  return (
    <section aria-labelledby="new" className={styles.section}>
      <h2 id="new">{text("shelf.new")}</h2>
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

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { continueQuery } from "~/api/reading";
import type { ContinueItem } from "~/api/types";
import { inLanguage, useLanguage, useText } from "~/lib/language";
import { Bar } from "~/ui/Bar";
import { Picture } from "~/ui/Picture";
import { Skeleton } from "~/ui/Skeleton";

import { numberOf, placeOf, titleOf } from "../shared/words";

import styles from "./ContinueRow.module.css";

/** What the reader was in the middle of, each as the very page they stopped at. Nothing while there is nothing. */
export function ContinueRow() {
  const text = useText();
  const { data, isPending } = useQuery(continueQuery);
  if (!isPending && !data?.items.length) return null;
  return (
    <section aria-labelledby="continue" className={styles.section}>
      <h1 id="continue">{text("shelf.continue")}</h1>
      <ul className={styles.row}>
        {data
          ? data.items.slice(0, 6).map((item) => (
              <li key={item.episode.id}>
                <ContinueCard item={item} />
              </li>
            ))
          : [0, 1, 2].map((index) => (
              <li key={index} className={styles.card}>
                <Skeleton height="100%" round={0} />
                <div className={styles.words}>
                  <Skeleton width="55%" height={20} />
                  <Skeleton width="80%" height={14} />
                  <Skeleton height={4} round={2} />
                </div>
              </li>
            ))}
      </ul>
    </section>
  );
}

function ContinueCard({ item }: { item: ContinueItem }) {
  const text = useText();
  const { language } = useLanguage();
  const { episode, series, page, progress } = item;
  const title = titleOf(episode, language, text);
  const where = [series.title, numberOf(episode, text), progress ? placeOf(progress, text, page.kind) : text("place.next")].filter(Boolean).join(" · ");
  return (
    <Link to="/read/$episodeId" params={{ episodeId: episode.id }} className={styles.card}>
      <span className={styles.crop}>
        <Picture url={page.image_url} alt="" blurhash={page.blurhash} color={page.dominant_color} focus="50% 34%" eager />
      </span>
      <span className={styles.words}>
        <strong {...inLanguage(title.language)}>{title.title}</strong>
        <span className={styles.where}>{where}</span>
        <Bar value={progress?.fraction ?? 0} label={text("shelf.progressOf", { title: title.title })} className={styles.bar} />
      </span>
    </Link>
  );
}

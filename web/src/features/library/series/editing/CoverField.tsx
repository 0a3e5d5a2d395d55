import { useQuery } from "@tanstack/react-query";

import { episodeQuery } from "~/api/library";
import { useText } from "~/lib/language";
import { Picture } from "~/ui/Picture";
import { Skeleton } from "~/ui/Skeleton";

import styles from "./CoverField.module.css";

interface Props {
  /** Whose pages are offered. */
  episodeId: string;
  value: string | null;
  onChange: (pageId: string) => void;
}

/** The cover, picked from an episode's pages. */
export function CoverField({ episodeId, value, onChange }: Props) {
  const text = useText();
  const episode = useQuery(episodeQuery(episodeId));
  return (
    <fieldset className={styles.field}>
      <legend>{text("field.cover")}</legend>
      <div className={styles.pages}>
        {episode.data
          ? episode.data.pages.map((page) => {
              const name =
                page.page_number === null ? text(`pageKind.${page.kind}`) : text("edit.pageNumber", { page: page.page_number });
              return (
                <label key={page.id} className={styles.page} data-chosen={page.id === value || undefined} title={name}>
                  <input type="radio" name="cover" className="unseen" checked={page.id === value} onChange={() => onChange(page.id)} aria-label={name} />
                  <Picture url={page.thumbnail_url} alt="" color={page.dominant_color} />
                </label>
              );
            })
          : [0, 1, 2, 3, 4].map((index) => <Skeleton key={index} ratio="2 / 3" />)}
      </div>
    </fieldset>
  );
}

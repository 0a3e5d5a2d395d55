import { useQuery } from "@tanstack/react-query";

import { editableTextsQuery, type ReviewItem } from "~/api/editing";
import { episodeQuery } from "~/api/library";
import { useText } from "~/lib/language";
import { Picture } from "~/ui/Picture";

import { nameOfPlace } from "../shared/places";

import styles from "./review.module.css";

const plain = (words: string) => words.replace(/\s+/g, " ").trim().toLowerCase();

/** The page from which on the current proposal would be known, with the balloon that speaks for it. */
export function Preview({ item }: { item: ReviewItem | null }) {
  const text = useText();
  // What needs several pages is known from the last of them on; somebody is met on the first.
  const place = item?.thing === "character" ? item.pages[0] : item?.pages.at(-1);
  const episode = useQuery({ ...episodeQuery(place?.episode_id ?? ""), enabled: place !== undefined });
  const page = episode.data?.pages.find(({ id }) => id === place?.page_id);
  const texts = useQuery({ ...editableTextsQuery(page?.id ?? "", null), enabled: page !== undefined && Boolean(item?.quote) });
  const quote = plain(item?.quote ?? "");
  const said = quote ? texts.data?.balloons.find((balloon) => plain(balloon.text).includes(quote) || quote.includes(plain(balloon.text))) : undefined;
  const ring = said ? { left: `${said.x * 100}%`, top: `${said.y * 100}%`, width: `${said.width * 100}%`, height: `${said.height * 100}%` } : null;
  const language = texts.data && page?.languages.includes(texts.data.language) ? texts.data.language : episode.data?.language;
  const lettered = language && page?.languages.includes(language) ? `${page.image_url}${page.image_url.includes("?") ? "&" : "?"}lang=${encodeURIComponent(language)}` : page?.image_url;
  return (
    <aside className={styles.preview} aria-label={text("editing.review.preview")}>
      {page && place && lettered ? (
        <figure>
          <div className={styles.previewPage} style={{ aspectRatio: `${page.width ?? 5} / ${page.height ?? 7}` }}>
            <Picture key={page.id} url={lettered} alt="" blurhash={page.blurhash} color={page.dominant_color} />
            {ring ? <span className={styles.ring} style={ring} /> : null}
          </div>
          <figcaption>{nameOfPlace(place, text)}</figcaption>
        </figure>
      ) : (
        <p className={styles.noPreview}>{text("editing.review.noPlace")}</p>
      )}
    </aside>
  );
}

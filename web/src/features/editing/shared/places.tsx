import { Link } from "@tanstack/react-router";

import type { PlaceItem } from "~/api/editing";
import { apiUrl } from "~/lib/base";
import { useText, type Text } from "~/lib/language";
import { Picture } from "~/ui/Picture";

import styles from "./places.module.css";

/** "episode 3, page 2", or "episode 3, cover". */
export function nameOfPlace(place: Pick<PlaceItem, "episode_number" | "page_number">, text: Text): string {
  const page = place.page_number === null ? text("editing.place.unnumbered") : text("editing.place.page", { page: place.page_number });
  return place.episode_number === null ? page : text("editing.place.episode", { episode: place.episode_number, page });
}

export const thumbnailOf = (pageId: string) => apiUrl(`pages/${pageId}/image/thumbnail`);

/** The pages from which, together, something may be known; each leads to where it is edited. */
export function Places({ slug, places }: { slug: string; places: readonly PlaceItem[] }) {
  const text = useText();
  if (!places.length) return null;
  return (
    <ul className={styles.places}>
      {places.map((place) => (
        <li key={place.page_id}>
          <Link to="/edit/$slug/pages/$episodeId" params={{ slug, episodeId: place.episode_id }} search={{ page: place.page_id }} className={styles.place}>
            <span className={styles.thumb}>
              <Picture url={thumbnailOf(place.page_id)} alt="" />
            </span>
            {nameOfPlace(place, text)}
          </Link>
        </li>
      ))}
    </ul>
  );
}

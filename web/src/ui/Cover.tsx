import type { Cover as CoverImage } from "~/api/types";

import styles from "./Cover.module.css";
import { Mark } from "./Mark";
import { Picture } from "./Picture";

interface Props {
  cover: CoverImage | null;
  title: string;
  badge?: string | null;
  /** Drawn back: its files are missing, or it is hidden until it is read. */
  faded?: boolean;
  hidden?: boolean;
  eager?: boolean;
}

/** A cover in its frame, or the balloon on paper where there is none. Decorative: the title stands beside it. */
export function Cover({ cover, title, badge, faded = false, hidden = false, eager = false }: Props) {
  const none = (
    <span className={styles.none}>
      <Mark size={30} />
      {hidden ? null : <span>{title}</span>}
    </span>
  );
  return (
    <span className={styles.cover} data-faded={faded || undefined}>
      {cover && !hidden ? (
        <Picture url={cover.url} alt="" blurhash={cover.blurhash} color={cover.dominant_color} eager={eager} fallback={none} />
      ) : (
        none
      )}
      {badge ? <span className={styles.badge}>{badge}</span> : null}
    </span>
  );
}

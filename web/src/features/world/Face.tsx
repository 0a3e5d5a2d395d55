import type { WorldEntity } from "~/api/types";
import { Picture } from "~/ui/Picture";

import { SIGNS } from "./signs";
import styles from "./world.module.css";

/** A portrait out of a page that was seen, or the sign of its kind. */
export function Face({ entity, size }: { entity: Pick<WorldEntity, "kind" | "portrait">; size: number }) {
  const Sign = SIGNS[entity.kind];
  const none = (
    <span className={styles.sign}>
      <Sign size={Math.round(size * 0.42)} strokeWidth={1.7} aria-hidden />
    </span>
  );
  return <span className={styles.face}>{entity.portrait ? <Picture url={entity.portrait.url} alt="" focus="50% 30%" fallback={none} /> : none}</span>;
}

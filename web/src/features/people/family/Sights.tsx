import type { Sight } from "~/api/types";

import styles from "./family.module.css";

/** Who sees what, in words that come from the rules that are enforced. */
export function Sights({ sights }: { sights: Sight[] }) {
  return (
    <ul className={styles.sights}>
      {sights.flatMap((sight) => sight.lines.map((line) => <li key={`${sight.viewer}${sight.whose}${line}`}>{line}</li>))}
    </ul>
  );
}

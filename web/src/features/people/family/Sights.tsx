import type { Sight } from "~/api/types";

import styles from "./family.module.css";

/** Who sees what, in words that come from the rules that are enforced. */
export function Sights({ sights }: { sights: Sight[] }) {
  return (
    <ul className={styles.viewers}>
      {sights.map((sight) => (
        <li key={`${sight.viewer}${sight.whose}`}>
          <strong>{sight.whose}</strong>
          {sight.lines.map((line) => (
            <span key={line}>{line}</span>
          ))}
        </li>
      ))}
    </ul>
  );
}

import type { TextState } from "~/api/words";
import { useText } from "~/lib/language";

import styles from "./Words.module.css";

/** How a text stands; nothing for one that is said as Fumetto says it. */
export function Badge({ state }: { state: TextState }) {
  const text = useText();
  if (state === "original") return null;
  return (
    <span className={styles.badge} data-state={state}>
      {text(`admin.words.states.${state}`)}
    </span>
  );
}

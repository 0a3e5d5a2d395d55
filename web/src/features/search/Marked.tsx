import type { SearchHit } from "~/api/types";
import { inLanguage } from "~/lib/language";

import { excerpt, marked } from "./model/marked";
import styles from "./search.module.css";

/** The words of a hit, in the language they are in, with those that were looked for marked. */
export function Marked({ hit, most = 420 }: { hit: Pick<SearchHit, "text" | "ranges" | "language">; most?: number }) {
  return (
    <span className={styles.words} {...inLanguage(hit.language)}>
      {excerpt(marked(hit.text, hit.ranges), most).map((part, index) => (part.found ? <mark key={index}>{part.text}</mark> : part.text))}
    </span>
  );
}

import type { ReactNode } from "react";

import styles from "./Tag.module.css";

/** How something stands, in a word or two. */
export function Tag({ tone, children }: { tone: "ok" | "warn" | "danger" | "plain"; children: ReactNode }) {
  return <span className={`${styles.tag} ${styles[tone]}`}>{children}</span>;
}

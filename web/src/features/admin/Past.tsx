import { History } from "lucide-react";
import type { ReactNode } from "react";

import styles from "./Past.module.css";

interface Props {
  title: string;
  /** What is said where nothing was done yet. */
  none: string | null;
  /** What was done, each an `li`, the latest first. */
  children: ReactNode;
  onOpen: (open: boolean) => void;
}

/** What became of something, behind a line of its own. */
export function Past({ title, none, children, onOpen }: Props) {
  return (
    <details className={styles.past} onToggle={(event) => onOpen(event.currentTarget.open)}>
      <summary>
        <History size={16} strokeWidth={1.7} aria-hidden />
        {title}
      </summary>
      {none ? <p>{none}</p> : null}
      <ul>{children}</ul>
    </details>
  );
}

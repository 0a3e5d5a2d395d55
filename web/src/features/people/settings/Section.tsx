import { useId, type ReactNode } from "react";

import styles from "./Settings.module.css";

/** Settings that belong together: what they are about on the left, the settings on the right. */
export function Section({ title, help, children }: { title: string; help?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={styles.section}>
      <div className={styles.about}>
        <h2 id={id}>{title}</h2>
        {help ? <p>{help}</p> : null}
      </div>
      <div className={styles.content}>{children}</div>
    </section>
  );
}

import type { ReactNode } from "react";

import type { Policy } from "~/api/types";
import { useText } from "~/lib/language";

import styles from "./door.module.css";

interface Props {
  policies: Policy[];
  /** What stands at the foot of each: a box to tick, or a button. */
  foot?: (policy: Policy) => ReactNode;
}

/** What is asked, in plain words: what happens, why, and how it is stopped. */
export function Policies({ policies, foot }: Props) {
  const text = useText();
  return (
    <ul className={styles.policies}>
      {policies.map((policy) => (
        <li key={policy.purpose} className={styles.policy} lang={policy.language}>
          <h2>{policy.title}</h2>
          <p>{policy.what}</p>
          <p>
            <strong>{text("door.consent.why")}</strong> {policy.why}
          </p>
          <p>
            <strong>{text("door.consent.stop")}</strong> {policy.stop}
          </p>
          {foot?.(policy)}
        </li>
      ))}
    </ul>
  );
}

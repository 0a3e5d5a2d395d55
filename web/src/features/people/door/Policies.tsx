import type { ReactNode } from "react";

import type { Policy } from "~/api/types";
import { useText } from "~/lib/language";

import styles from "./door.module.css";

interface Props {
  policies: Policy[];
  /** Only what each is called, until it is opened: for who has to wait, and not to decide. */
  folded?: boolean;
  /** What stands at the foot of each: a box to tick, or a button. */
  foot?: (policy: Policy) => ReactNode;
}

/** What is asked, in plain words: what happens, why, and how it is stopped. */
export function Policies({ policies, folded = false, foot }: Props) {
  return (
    <ul className={styles.policies}>
      {policies.map((policy) => (
        <li key={policy.purpose} className={styles.policy} lang={policy.language}>
          {folded ? (
            <details>
              <summary>{policy.title}</summary>
              <Words policy={policy} />
            </details>
          ) : (
            <>
              <h2>{policy.title}</h2>
              <Words policy={policy} />
            </>
          )}
          {foot?.(policy)}
        </li>
      ))}
    </ul>
  );
}

function Words({ policy }: { policy: Policy }) {
  const text = useText();
  return (
    <>
      <p>{policy.what}</p>
      <p>
        <strong>{text("door.consent.why")}</strong> {policy.why}
      </p>
      <p>
        <strong>{text("door.consent.stop")}</strong> {policy.stop}
      </p>
    </>
  );
}

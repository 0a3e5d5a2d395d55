import type { ReactNode } from "react";

import { useText } from "~/lib/language";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import styles from "./door.module.css";

interface Props {
  /** The mutation that says yes or no, by its only argument. */
  deciding: { error: Error | null; isPending: boolean; variables: boolean | undefined; mutate: (yes: boolean) => void };
  no: ReactNode;
  yes: ReactNode;
  disabled: boolean;
  /** Stands in a form, which says yes when it is sent. */
  inForm?: boolean;
}

/** No and yes, and why it went wrong. */
export function Deciding({ deciding, no, yes, disabled, inForm = false }: Props) {
  const text = useText();
  return (
    <>
      {deciding.error ? (
        <p role="alert" className={styles.reason}>
          {explain(deciding.error, text)}
        </p>
      ) : null}
      <div className={styles.buttons}>
        <Button busy={deciding.isPending && !deciding.variables} onClick={() => deciding.mutate(false)}>
          {no}
        </Button>
        <Button
          type={inForm ? "submit" : "button"}
          tone="accent"
          busy={deciding.isPending && deciding.variables}
          disabled={disabled}
          {...(inForm ? {} : { onClick: () => deciding.mutate(true) })}
        >
          {yes}
        </Button>
      </div>
    </>
  );
}

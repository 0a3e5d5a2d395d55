import { Modal } from "@mantine/core";
import { type ReactNode } from "react";

import { useText } from "~/lib/language";

import styles from "./AskDialog.module.css";
import { Button, type Tone } from "./Button";
import { explain } from "./Failure";
import { useFocusBack } from "./useFocusBack";

interface Props {
  title: string;
  children: ReactNode;
  /** What the button that goes ahead says; it names what it does. */
  action: string;
  tone?: Tone;
  disabled?: boolean;
  busy?: boolean;
  /** Why going ahead did not work. */
  error?: unknown;
  onAct: () => void;
  onClose: () => void;
}

/** Asks something before going ahead. */
export function AskDialog({ title, children, action, tone = "ink", disabled = false, busy = false, error = null, onAct, onClose }: Props) {
  const text = useText();
  useFocusBack();
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": text("common.close") }}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          onAct();
        }}
      >
        {children}
        {error ? (
          <p role="alert" className={styles.error}>
            {explain(error, text)}
          </p>
        ) : null}
        <div className={styles.buttons}>
          <Button tone="bare" onClick={onClose}>
            {text("common.cancel")}
          </Button>
          <Button type="submit" tone={tone} disabled={disabled} busy={busy}>
            {action}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

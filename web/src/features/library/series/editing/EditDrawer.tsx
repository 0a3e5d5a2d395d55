import { Drawer } from "@mantine/core";
import { type ReactNode } from "react";

import { useText } from "~/lib/language";
import { Button } from "~/ui/Button";

import styles from "./EditDrawer.module.css";

interface Props {
  title: string;
  dirty: boolean;
  busy: boolean;
  onSave: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** A form at the side of the screen, with its buttons always in sight. */
export function EditDrawer({ title, dirty, busy, onSave, onClose, children }: Props) {
  const text = useText();
  return (
    <Drawer opened onClose={onClose} title={title} size={520} closeOnClickOutside={!dirty} closeButtonProps={{ "aria-label": text("common.close") }}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          onSave();
        }}
      >
        <p className={styles.help}>{text("edit.lockHelp")}</p>
        {children}
        <div className={styles.buttons}>
          <Button tone="bare" onClick={onClose}>
            {text("common.cancel")}
          </Button>
          <Button type="submit" tone="ink" disabled={!dirty} busy={busy}>
            {text("common.save")}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}

import { Lock, LockOpen } from "lucide-react";
import { type ReactNode } from "react";

import { useText } from "~/lib/language";
import { IconButton } from "~/ui/Button";

import styles from "./Lockable.module.css";
import { type Field } from "./useDraft";

/** A field with the lock that keeps a rescan from changing it. */
export function Lockable({ field, name, children }: { field: Pick<Field<unknown>, "locked" | "toggleLock">; name: string; children: ReactNode }) {
  const text = useText();
  return (
    <div className={styles.field}>
      <div>{children}</div>
      <IconButton
        icon={field.locked ? Lock : LockOpen}
        size={16}
        label={text(field.locked ? "edit.locked" : "edit.open", { name })}
        aria-pressed={field.locked}
        data-locked={field.locked || undefined}
        className={styles.lock}
        onClick={field.toggleLock}
      />
    </div>
  );
}

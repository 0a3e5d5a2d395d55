import { useText } from "~/lib/language";
import { Bar } from "~/ui/Bar";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import styles from "./SendingRow.module.css";
import { type Sending } from "./uploads";

const MEGABYTE = 1024 * 1024;

/** Files on their way to the server. */
export function SendingRow({ sending, onDismiss }: { sending: Sending; onDismiss: () => void }) {
  const text = useText();
  const name = sending.name ?? text("import.files", { count: sending.count });
  const title = text("import.sending", { name });
  return (
    <div className={styles.row}>
      <div className={styles.head}>
        <strong>{title}</strong>
        {sending.state === "failed" ? (
          <span>
            <Button small onClick={sending.again}>
              {text("failure.retry")}
            </Button>
            <Button small tone="bare" onClick={onDismiss}>
              {text("common.dismiss")}
            </Button>
          </span>
        ) : (
          <Button small tone="bare" onClick={sending.cancel}>
            {text("common.cancel")}
          </Button>
        )}
      </div>
      {sending.state === "failed" ? (
        <p role="alert">{explain(sending.error, text)}</p>
      ) : (
        <>
          <Bar value={sending.total ? sending.sent / sending.total : null} label={title} />
          <span className={styles.words}>{text("import.megabytes", { sent: sending.sent / MEGABYTE, total: sending.total / MEGABYTE })}</span>
        </>
      )}
    </div>
  );
}

import { X } from "lucide-react";
import { useEffect, useState } from "react";

import { useText } from "~/lib/language";
import { dismiss, useNotices, type Notice } from "~/lib/notices";

import { Button, IconButton } from "./Button";
import styles from "./Notices.module.css";

/** Where the application says what it just did, and takes it back. */
export function Notices() {
  const notices = useNotices();
  return (
    <div className={styles.region} role="status" aria-live="polite">
      {notices.map((notice) => (
        <Toast key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

const STAY = 7_000;

function Toast({ notice }: { notice: Notice }) {
  const text = useText();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismiss(notice.id), notice.undo || notice.tone === "problem" ? STAY * 1.6 : STAY);
    return () => clearTimeout(timer);
  }, [held, notice]);
  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- resting on a message keeps it; nothing is operated
    <div
      className={styles.toast}
      data-tone={notice.tone}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span>{notice.text}</span>
      {notice.undo ? (
        <Button
          small
          tone="bare"
          onClick={() => {
            notice.undo?.();
            dismiss(notice.id);
          }}
        >
          {text("common.undo")}
        </Button>
      ) : null}
      <IconButton icon={X} size={16} label={text("common.dismiss")} onClick={() => dismiss(notice.id)} />
    </div>
  );
}

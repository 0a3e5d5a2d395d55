import { X } from "lucide-react";
import { type ReactNode } from "react";

import { useText } from "~/lib/language";

import { Button, IconButton } from "./Button";
import styles from "./SelectionBar.module.css";

interface Props {
  count: number;
  onAll: () => void;
  onStop: () => void;
  children: ReactNode;
}

/** What can be done with the chosen ones, at the foot of the screen for as long as choosing goes on. */
export function SelectionBar({ count, onAll, onStop, children }: Props) {
  const text = useText();
  return (
    <div className={styles.bar} role="toolbar" aria-label={text("selection.bar")}>
      <IconButton icon={X} label={text("selection.stop")} onClick={onStop} />
      <strong aria-live="polite" className="numbers">
        {text("selection.count", { count })}
      </strong>
      <Button small tone="bare" onClick={onAll}>
        {text("selection.all")}
      </Button>
      <span className={styles.actions}>{children}</span>
    </div>
  );
}

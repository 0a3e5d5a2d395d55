import { X } from "lucide-react";

import { useText } from "~/lib/language";
import { Button, IconButton } from "~/ui/Button";
import { Pills } from "~/ui/Pills";

import type { Focus } from "./model/graph";
import styles from "./world.module.css";

interface Props {
  name: string;
  focus: Focus | null;
  /** How many are drawn, of how many. */
  count: number;
  of: number;
  onFocus: (focus: Focus | null) => void;
  onList: () => void;
}

/** Around whom the graph is drawn, where that is not all of it, and the way back. */
export function FocusBar({ name, focus, count, of, onFocus, onList }: Props) {
  const text = useText();
  return (
    <div className={styles.close} role="group" aria-label={text("world.focus")}>
      <p>
        <strong>{text("world.around", { name })}</strong>
        {count < of ? <span>{text("world.part", { count, of })}</span> : null}
      </p>
      {focus ? (
        <>
          <Pills
            wrap
            label={text("world.steps")}
            value={String(focus.steps)}
            options={[
              { value: "1", label: text("world.steps.one") },
              { value: "2", label: text("world.steps.two") },
            ]}
            onChange={(steps) => onFocus({ id: focus.id, steps: steps === "1" ? 1 : 2 })}
          />
          <IconButton icon={X} label={text("world.focus.leave")} onClick={() => onFocus(null)} />
        </>
      ) : (
        <Button small onClick={onList}>
          {text("world.all")}
        </Button>
      )}
    </div>
  );
}

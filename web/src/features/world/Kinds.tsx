import type { EntityKind } from "~/api/types";
import { useText } from "~/lib/language";

import { KINDS } from "./model/graph";
import { SIGNS } from "./signs";
import styles from "./world.module.css";

interface Props {
  counts: ReadonlyMap<EntityKind, number>;
  hidden: ReadonlySet<EntityKind>;
  onHidden: (hidden: ReadonlySet<EntityKind>) => void;
}

/** Which kinds are shown, with how many there are of each. */
export function Kinds({ counts, hidden, onHidden }: Props) {
  const text = useText();
  const toggle = (kind: EntityKind) => onHidden(new Set(hidden.has(kind) ? [...hidden].filter((one) => one !== kind) : [...hidden, kind]));
  return (
    <div className={styles.kinds} role="group" aria-label={text("world.kinds")}>
      {KINDS.filter((kind) => counts.has(kind)).map((kind) => {
        const Sign = SIGNS[kind];
        return (
          <button key={kind} type="button" className={styles.kind} aria-pressed={!hidden.has(kind)} onClick={() => toggle(kind)}>
            <Sign size={15} strokeWidth={1.7} aria-hidden />
            {text(`world.many.${kind}`)}
            <span className="numbers">{counts.get(kind)}</span>
          </button>
        );
      })}
    </div>
  );
}

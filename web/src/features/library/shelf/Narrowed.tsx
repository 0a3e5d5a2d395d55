import { X } from "lucide-react";

import { useText } from "~/lib/language";

import styles from "./Narrowed.module.css";
import type { Constraint, Narrowing } from "./narrowing";

interface Props {
  constraints: Constraint[];
  onLift: (...which: Narrowing[]) => void;
}

/** What narrows the shelf and is not to be seen elsewhere on it, each lifted by a click. */
export function Narrowed({ constraints, onLift }: Props) {
  const text = useText();
  if (!constraints.length) return null;
  return (
    <ul className={styles.list} aria-label={text("shelf.narrow.title")}>
      {constraints.map(({ by, name }) => (
        <li key={by}>
          <button type="button" className={styles.chip} aria-label={text("shelf.narrow.lift", { name })} onClick={() => onLift(by)}>
            <span>{name}</span>
            <X size={14} strokeWidth={1.9} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}

import { Search } from "lucide-react";
import { useId, useState, type KeyboardEvent } from "react";

import type { WorldEntity } from "~/api/types";
import { useText } from "~/lib/language";

import { Face } from "./Face";
import { found } from "./model/graph";
import styles from "./world.module.css";

const FEW = 8;

interface Props {
  entities: readonly WorldEntity[];
  words: string;
  /** Whether it offers whom it found; a list below it shows them itself. */
  suggests: boolean;
  onWords: (words: string) => void;
  onPick: (id: string) => void;
}

/** Finds somebody by name, with arrows and Enter. */
export function SearchField({ entities, words, suggests, onWords, onPick }: Props) {
  const text = useText();
  const id = useId();
  const [at, setAt] = useState(0);
  const [here, setHere] = useState(false);
  const hits = suggests ? found(entities, words).slice(0, FEW) : [];
  const open = here && suggests && words.trim() !== "";
  const key = (event: KeyboardEvent) => {
    if (event.key === "Escape" && words) onWords("");
    else if (event.key === "ArrowDown" && hits.length) setAt((at + 1) % hits.length);
    else if (event.key === "ArrowUp" && hits.length) setAt((at + hits.length - 1) % hits.length);
    else if (event.key === "Enter" && hits[at]) onPick(hits[at].id);
    else return;
    event.preventDefault();
  };
  return (
    <div className={styles.search}>
      <Search size={16} strokeWidth={1.7} aria-hidden />
      <input
        type="text"
        role="combobox"
        aria-label={text("world.search")}
        placeholder={text("world.search.byName")}
        aria-expanded={open}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={open && hits[at] ? `${id}-${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        value={words}
        onChange={({ target }) => {
          onWords(target.value);
          setAt(0);
        }}
        onFocus={() => setHere(true)}
        onBlur={() => setHere(false)}
        onKeyDown={key}
      />
      <div id={id} role="listbox" aria-label={text("world.search")} hidden={!open || !hits.length}>
        {open
          ? hits.map((one, index) => (
              // The field has the focus and the keys.
              // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- Enter in the field picks it
              <div key={one.id} id={`${id}-${index}`} role="option" aria-selected={index === at} onPointerDown={(event) => event.preventDefault()} onClick={() => onPick(one.id)}>
                <Face entity={one} size={30} />
                <span>{one.name}</span>
                <small>{text(`world.one.${one.kind}`)}</small>
              </div>
            ))
          : null}
      </div>
      {open && !hits.length ? (
        <p className={styles.none} role="status">
          {text("world.search.none", { words: words.trim() })}
        </p>
      ) : null}
    </div>
  );
}

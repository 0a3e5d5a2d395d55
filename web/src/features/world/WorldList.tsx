import { BookText } from "lucide-react";
import { useMemo, useState } from "react";

import type { ArticleCard as Article, WorldEntity } from "~/api/types";
import { inLanguage, useText } from "~/lib/language";
import { Button } from "~/ui/Button";

import { Face } from "./Face";
import { found, KINDS, type Neighbours } from "./model/graph";
import type { Chosen } from "./model/kept";
import styles from "./world.module.css";

interface Props {
  /** By name. */
  entities: readonly WorldEntity[];
  articles: readonly Article[];
  words: string;
  neighbours: Neighbours;
  newHere: ReadonlySet<string>;
  chosen: Chosen | null;
  onChoose: (chosen: Chosen) => void;
}

/** From so many on, each kind is shown only in part until somebody asks for all of it: thousands of rows make a phone wait. */
const MANY = 300;
const OF_MANY = 40;

/** Everybody and everything that is known, by kind. */
export function WorldList({ entities, articles, words, neighbours, newHere, chosen, onChoose }: Props) {
  const text = useText();
  const [whole, setWhole] = useState<ReadonlySet<WorldEntity["kind"]>>(new Set());
  const shown = useMemo(() => (words.trim() ? found(entities, words) : entities), [entities, words]);
  const groups = useMemo(() => KINDS.map((kind) => ({ kind, members: shown.filter((one) => one.kind === kind) })).filter(({ members }) => members.length), [shown]);
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard
    <div className={styles.list} role="region" aria-label={text("world.list")} tabIndex={0}>
      {groups.map(({ kind, members }) => (
        <section key={kind} aria-label={text(`world.many.${kind}`)}>
          <h3>
            {text(`world.many.${kind}`)} <span className="numbers">{members.length}</span>
          </h3>
          <ul>
            {(shown.length < MANY || whole.has(kind) ? members : members.slice(0, OF_MANY)).map((one) => (
              <li key={one.id}>
                <button type="button" className={styles.row} data-row={one.id} aria-pressed={chosen?.id === one.id} onClick={() => onChoose({ what: "entity", id: one.id })}>
                  <Face entity={one} size={40} />
                  <span className={styles.words}>
                    <strong>{one.name}</strong>
                    <span>{text("world.ties", { count: neighbours.get(one.id)?.size ?? 0 })}</span>
                  </span>
                  {newHere.has(one.id) ? <span className={styles.tag}>{text("world.new")}</span> : null}
                </button>
              </li>
            ))}
          </ul>
          {shown.length < MANY || whole.has(kind) || members.length <= OF_MANY ? null : (
            <Button small className={styles.whole ?? ""} onClick={() => setWhole(new Set([...whole, kind]))}>
              {text("world.list.whole", { count: members.length })}
            </Button>
          )}
        </section>
      ))}
      {articles.length && !words.trim() ? (
        <section aria-label={text("world.wiki")}>
          <h3>
            {text("world.wiki")} <span className="numbers">{articles.length}</span>
          </h3>
          <ul>
            {articles.map((one) => (
              <li key={one.id}>
                <button type="button" className={styles.row} data-row={one.id} aria-pressed={chosen?.id === one.id} onClick={() => onChoose({ what: "article", id: one.id })}>
                  <span className={styles.face}>
                    <span className={styles.sign}>
                      <BookText size={17} strokeWidth={1.7} aria-hidden />
                    </span>
                  </span>
                  <span className={styles.words}>
                    <strong {...inLanguage(one.language)}>{one.title}</strong>
                    <span>{text("world.facts", { count: one.fact_count })}</span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {words.trim() && !shown.length ? <p className={styles.quiet}>{text("world.search.none", { words: words.trim() })}</p> : null}
    </div>
  );
}

import { Link } from "@tanstack/react-router";

import type { Evidence, Fact } from "~/api/types";
import { inLanguage, useText } from "~/lib/language";

import { pagesOf, placeName, readerSearchOf } from "./model/places";
import styles from "./world.module.css";

interface Going {
  /** Somebody goes to a page. */
  onFollow: (() => void) | undefined;
}

/** Statements, each with the pages that show it. */
export function Facts({ facts, language, onFollow }: Going & { facts: readonly Fact[]; language?: string | null }) {
  return (
    <ul className={styles.facts}>
      {facts.map((fact) => (
        <li key={fact.id}>
          <p {...inLanguage(fact.language ?? language)}>{fact.text}</p>
          <Pages evidence={fact.evidence} onFollow={onFollow} />
        </li>
      ))}
    </ul>
  );
}

/** Links to the pages that show why something is known, which open at the balloon or the panel. */
export function Pages({ evidence, onFollow }: Going & { evidence: readonly Evidence[] }) {
  const text = useText();
  if (!evidence.length) return null;
  return (
    <span className={styles.pages}>
      {pagesOf(evidence).map((one) => (
        <Link
          key={one.page_id}
          to="/read/$episodeId"
          params={{ episodeId: one.episode_id }}
          search={readerSearchOf(one)}
          resetScroll={false}
          className={styles.page}
          {...(one.quote ? { title: text("world.quote", { quote: one.quote }) } : {})}
          {...(onFollow ? { onClick: onFollow } : {})}
        >
          {placeName(one, text)}
        </Link>
      ))}
    </span>
  );
}

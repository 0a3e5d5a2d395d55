import type { ReactNode } from "react";

import { languagesOnOffer, useLanguage } from "~/lib/language";
import { Mark } from "~/ui/Mark";
import { useTitle } from "~/ui/useTitle";

import styles from "./door.module.css";

interface Props {
  title: string;
  /** Wider, for what has more to read than to fill in. */
  wide?: boolean;
  children: ReactNode;
}

/** What stands before the shelf: one card with the mark, and the languages below it. */
export function DoorCard({ title, wide = false, children }: Props) {
  const { language, choose } = useLanguage();
  useTitle(title);
  return (
    <div className={styles.screen}>
      <main className={styles.card} data-wide={wide || undefined}>
        <Mark size={wide ? 40 : 52} />
        <h1>{title}</h1>
        {children}
      </main>
      <div className={styles.languages}>
        {languagesOnOffer(language).map(([tag, name]) => (
          <button key={tag} type="button" lang={tag} aria-pressed={tag === language} onClick={() => void choose(tag).catch(() => undefined)}>
            {name}
          </button>
        ))}
      </div>
    </div>
  );
}

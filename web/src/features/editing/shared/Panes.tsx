import { Link, type LinkProps } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { type ReactNode } from "react";

import { useText } from "~/lib/language";

import styles from "./panes.module.css";

interface Props {
  list: ReactNode;
  /** What is chosen of the list; on a phone it stands in the list's place. */
  detail: ReactNode;
  chosen: boolean;
  back: LinkProps;
  /** Whether what stands in the place of something chosen is worth its room on a phone: it comes before the list. */
  offers?: boolean;
}

/** A list, and beside it what is chosen of it. */
export function Panes({ list, detail, chosen, back, offers = false }: Props) {
  const text = useText();
  return (
    <div className={styles.panes} data-chosen={chosen || undefined} data-offers={offers || undefined}>
      <div className={styles.list}>{list}</div>
      <div className={styles.detail}>
        {chosen ? (
          <Link {...back} className={styles.back}>
            <ArrowLeft size={17} strokeWidth={1.7} aria-hidden />
            {text("editing.backToList")}
          </Link>
        ) : null}
        {detail}
      </div>
    </div>
  );
}

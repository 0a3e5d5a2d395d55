import { type LinkProps } from "@tanstack/react-router";
import { type HTMLAttributes, type ReactNode } from "react";

import { BackTo } from "./BackTo";
import styles from "./Panes.module.css";

interface Props {
  list: ReactNode;
  /** What is chosen of the list; on a phone it stands in the list's place. */
  detail: ReactNode;
  chosen: boolean;
  back: LinkProps;
  /** What leads back to the list. */
  backTo: string;
  /** Whether what stands in the place of something chosen is worth its room on a phone: it comes before the list. */
  offers?: boolean;
  /** As the screens of the administration are. */
  dense?: boolean;
}

/** A list, and beside it what is chosen of it. */
export function Panes({ list, detail, chosen, back, backTo, offers = false, dense = false }: Props) {
  return (
    <div className={styles.panes} data-chosen={chosen || undefined} data-offers={offers || undefined} data-dense={dense || undefined}>
      <div className={styles.list}>{list}</div>
      <div className={styles.detail}>
        {chosen ? (
          <div className={styles.back}>
            <BackTo {...back}>{backTo}</BackTo>
          </div>
        ) : null}
        {detail}
      </div>
    </div>
  );
}

/** One of the list; `here` where it is the one beside it. Its columns are those of `className`. */
export function PaneRow({ here, className, ...rest }: HTMLAttributes<HTMLLIElement> & { here: boolean }) {
  return <li {...rest} className={[styles.row, className].filter(Boolean).join(" ")} data-here={here || undefined} />;
}

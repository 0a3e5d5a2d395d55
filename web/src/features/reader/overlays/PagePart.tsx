import { type ReactNode } from "react";

import type { PageItem } from "~/api/types";
import { useText } from "~/lib/language";
import { explain } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import { useNameOfPage } from "../view/PageFace";

import styles from "./side.module.css";

interface Props {
  page: PageItem;
  /** Whether there is another page beside it, so that each says which it is. */
  named: boolean;
  signedIn: boolean;
  query: { isFetching: boolean; isError: boolean; error: unknown; data: unknown };
  /** What is said where there is nothing. */
  nothing: string;
  children: ReactNode;
}

/** One page's part of a tab: waiting, unseen, broken, empty, or there. */
export function PagePart({ page, named, signedIn, query, nothing, children }: Props) {
  const text = useText();
  const nameOf = useNameOfPage();
  return (
    <section className={styles.part} aria-busy={query.isFetching || undefined}>
      {named ? <h3>{nameOf(page)}</h3> : null}
      {!signedIn ? (
        <p className={styles.quiet}>{text("reader.side.signIn")}</p>
      ) : query.data === undefined && query.isError ? (
        <p className={styles.quiet} role="alert">
          {explain(query.error, text)}
        </p>
      ) : query.data === undefined ? (
        <span className={styles.waiting}>
          <Skeleton width="92%" height={14} />
          <Skeleton width="70%" height={14} />
          <Skeleton width="84%" height={14} />
        </span>
      ) : (
        (children ?? <p className={styles.quiet}>{nothing}</p>)
      )}
    </section>
  );
}

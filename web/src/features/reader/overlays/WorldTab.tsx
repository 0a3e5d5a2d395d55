import { Suspense } from "react";

import { WorldView } from "~/features/world/public";
import { useText } from "~/lib/language";
import { Skeleton } from "~/ui/Skeleton";

import { useNameOfPage } from "../view/PageFace";

import styles from "./side.module.css";
import type { SideProps } from "./sides";

/** The world of the story, as it is known on the open pages: it grows as pages are turned, and shrinks when the reader goes back. */
export function WorldTab({ episode, pages, signedIn, sought, onAside }: SideProps) {
  const text = useText();
  const nameOf = useNameOfPage();
  if (!signedIn) return <p className={styles.quiet}>{text("reader.side.signIn")}</p>;
  // A page tells only once it has been seen.
  const here = pages.findLast(({ seen }) => seen);
  const first = pages[0]?.order_index ?? 0;
  const before = episode.pages.findLast(({ seen, order_index: index }) => seen && index < first);
  return (
    <Suspense fallback={<Skeleton height="100%" round={14} />}>
      <WorldView slug={episode.series.slug} page={here?.id ?? null} before={before?.id ?? null} about={here ? nameOf(here) : ""} sought={sought} waits={!here} onFollow={onAside} />
    </Suspense>
  );
}

import { Suspense, useEffect } from "react";

import type { EpisodeDetail, PageItem } from "~/api/types";
import { Companion } from "~/features/companion/public";
import { useText } from "~/lib/language";
import { Skeleton } from "~/ui/Skeleton";

import { SideFrame } from "./SideFrame";
import styles from "./side.module.css";

interface Props {
  sheet: boolean;
  low: number;
  onAside: () => void;
  episode: EpisodeDetail;
  /** The pages that are open, in reading order. */
  pages: readonly PageItem[];
  onClose: () => void;
}

/** The companion beside the page. */
export function AskPanel({ sheet, low, onAside, episode, pages, onClose }: Props) {
  const text = useText();
  // The focus goes back to where it was before.
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  const frame = { label: text("reader.ask.panel"), close: text("reader.ask.close"), sheet, low, onClose };
  return (
    <Suspense
      fallback={
        <SideFrame {...frame} head={<div className={styles.titles} />}>
          <div className={styles.content}>
            <Skeleton height={90} round={14} />
          </div>
        </SideFrame>
      }
    >
      <Companion
        episode={episode}
        pages={pages}
        takesFocus={!sheet}
        onFollow={onAside}
        onLeave={leave}
        frame={(head, body) => (
          <SideFrame {...frame} head={head}>
            <div className={styles.own}>{body}</div>
          </SideFrame>
        )}
      />
    </Suspense>
  );
}

/** Back to the page: its keys are the reader's own again. */
function leave() {
  document.querySelector("main")?.focus({ preventScroll: true });
}

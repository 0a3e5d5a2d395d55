import { useState, type ReactNode } from "react";

import type { EpisodeDetail, PageItem } from "~/api/types";
import { useText } from "~/lib/language";

import { NotNow, useMayAsk } from "./Asking";
import { Composer } from "./Composer";
import { Head, SubHead } from "./Head";
import { History } from "./History";
import { MemoryList } from "./Memory";
import { Thread } from "./Thread";
import styles from "./companion.module.css";
import { useCompanion } from "./useCompanion";
import { useVisit } from "./visit";

interface Props {
  episode: EpisodeDetail;
  /** The pages that are open, in reading order. */
  pages: readonly PageItem[];
  /** Whether the field for a question takes the keyboard when the panel opens; on a phone that would cover the page. */
  takesFocus: boolean;
  /** Somebody follows a citation: where the page is covered, it is to be seen now. */
  onFollow: () => void;
  /** The keyboard goes back to the page. */
  onLeave: () => void;
  /** Puts head and body where they stand beside the page. */
  frame: (head: ReactNode, body: ReactNode) => ReactNode;
}

type View = "talk" | "history" | "memory";

/** Asks about the pages that were read, beside the one that is open. */
export function Companion({ episode, pages, takesFocus, onFollow, onLeave, frame }: Props) {
  const text = useText();
  const visit = useVisit();
  const here = pages.findLast(({ seen }) => seen) ?? null;
  const talk = useCompanion({
    seriesId: episode.series.id,
    episodeId: visit?.episodeId ?? episode.id,
    pageId: visit?.pageId ?? here?.id ?? null,
    openId: visit?.pageId ?? pages.at(-1)?.id ?? null,
  });
  const mayAsk = useMayAsk();
  const [view, setView] = useState<View>("talk");
  const standing = visit ?? standingAt(episode, talk.session?.page_id ?? here?.id ?? null);

  if (view !== "talk") {
    return frame(
      <SubHead view={view} onBack={() => setView("talk")} />,
      <div className={styles.scroll}>
        {view === "history" ? (
          <History
            seriesId={episode.series.id}
            sessionId={talk.session?.id ?? null}
            chosen={talk.session?.conversation.id ?? null}
            onChoose={(id) => {
              talk.choose(id);
              setView("talk");
            }}
            onGone={() => talk.choose(null)}
          />
        ) : (
          <>
            <p className={styles.help}>{text("companion.memory.help")}</p>
            <MemoryList />
          </>
        )}
      </div>,
    );
  }
  return frame(
    <Head talk={talk} episode={episode} standing={standing} onView={setView} />,
    <>
      <Thread talk={talk} episode={episode} standing={standing} visiting={visit !== null} onFollow={onFollow} />
      {mayAsk ? <Composer talk={talk} episode={episode} standing={standing} visit={visit} takesFocus={takesFocus} onLeave={onLeave} /> : <NotNow />}
    </>,
  );
}

/** The page that the companion knows up to. */
export interface Standing {
  episodeId: string;
  pageId: string;
  episode: string | null;
  page: number | null;
}

function standingAt(episode: EpisodeDetail, pageId: string | null): Standing | null {
  const page = episode.pages.find(({ id }) => id === pageId);
  return page ? { episodeId: episode.id, pageId: page.id, episode: episode.number, page: page.page_number } : null;
}

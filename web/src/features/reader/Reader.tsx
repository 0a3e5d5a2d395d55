import { useFullscreenDocument, useReducedMotion, useViewportSize } from "@mantine/hooks";
import { BookDashed } from "lucide-react";
import { useCallback, useMemo, useRef, useState, type CSSProperties } from "react";

import type { EpisodeDetail, EpisodeLink } from "~/api/types";
import { useText } from "~/lib/language";
import { Panel } from "~/ui/Failure";

import { openingAt, openingsOf, pagesOf } from "./model/spreads";
import { useChrome } from "./useChrome";
import { useReaderKeys } from "./useReaderKeys";
import { useReaderSettings } from "./useReaderSettings";
import { useTurnLog } from "./useTurnLog";
import { EndCard } from "./view/EndCard";
import { useNameOfPage } from "./view/PageFace";
import { PageWords } from "./view/PageWords";
import { ReaderKeys } from "./view/ReaderKeys";
import { Scrubber } from "./view/Scrubber";
import { Stage, type StageHandle } from "./view/Stage";
import { Strip } from "./view/Strip";
import { TopBar } from "./view/TopBar";
import styles from "./view/reader.module.css";

interface Props {
  episode: EpisodeDetail;
  signedIn: boolean;
  asked: { page: number | undefined; language: string | undefined };
  onPlace: (orderIndex: number) => void;
  onEpisode: (episode: EpisodeLink, at: "start" | "end") => void;
  onLeave: () => void;
}

export function Reader({ episode, signedIn, asked, onPlace, onEpisode, onLeave }: Props) {
  const text = useText();
  const nameOf = useNameOfPage();
  const viewport = useViewportSize();
  const calm = useReducedMotion();
  const settings = useReaderSettings(episode, { signedIn, asked: asked.language, window: viewport.width ? viewport : { width: window.innerWidth, height: window.innerHeight } });
  const { layout, direction, language, fit, spread_offset: offset } = settings;
  const { pages } = episode;
  const last = pages.length - 1;

  const [here, setHere] = useState(() => Math.max(0, Math.min(last, asked.page ?? resumeAt(episode))));
  const [inView, setInView] = useState<number[]>([]);
  const [end, setEnd] = useState<"start" | "end" | null>(null);
  const [keys, setKeys] = useState(false);
  const [menu, setMenu] = useState(false);
  const stage = useRef<StageHandle>(null);
  const fullScreen = useFullscreenDocument();
  const chrome = useChrome(menu || keys || end !== null);

  const openings = useMemo(() => (layout === "strip" ? [] : openingsOf(pages, { layout, offset })), [pages, layout, offset]);
  const visible = useMemo(
    () => (layout === "strip" ? (inView.length ? inView : [here]) : pagesOf(openings[openingAt(openings, here)]).map((page) => page.order_index)),
    [layout, inView, here, openings],
  );
  useTurnLog(episode, settings.ready ? visible : [], language, signedIn);

  const go = useCallback(
    (orderIndex: number) => {
      setEnd(null);
      setHere(orderIndex);
      onPlace(orderIndex);
    },
    [onPlace],
  );
  const past = (delta: 1 | -1) => {
    if (delta === 1) setEnd("end");
    else if (episode.previous) setEnd("start");
  };
  const turn = (delta: 1 | -1) => {
    if (end === null) stage.current?.turn(delta);
  };

  useReaderKeys({
    enabled: !menu && !keys,
    direction,
    turn,
    first: () => go(0),
    last: () => go(last),
    zoom: (factor) => (factor === null ? stage.current?.whole() : stage.current?.zoom(factor)),
    nextLanguage: () => {
      const { languages } = episode;
      const next = languages[(languages.indexOf(language ?? "") + 1) % Math.max(1, languages.length)];
      if (next) settings.change({ language: next });
    },
    nextLayout: () => settings.change({ layout: layout === "single" ? "spread" : layout === "spread" ? "strip" : "single" }),
    fullScreen: () => void fullScreen.toggle(),
    previousEpisode: () => episode.previous && onEpisode(episode.previous, "start"),
    nextEpisode: () => episode.next && onEpisode(episode.next, "start"),
    chrome: chrome.toggle,
    help: () => setKeys(true),
    leave: () => (end === null ? onLeave() : setEnd(null)),
  });

  const shown = visible.map((index) => pages[index]).filter((page) => page !== undefined);
  const colour = shown.find((page) => page.dominant_color)?.dominant_color ?? null;
  const title = (language && episode.titles[language]) ?? episode.title;
  const stageProps = { here, fit, language, onGo: go, onPast: past, onMiddle: chrome.toggle, ref: stage };

  if (!pages.length) {
    return (
      <main className={styles.room} data-quiet>
        <Panel icon={BookDashed} title={text("reader.empty.title")} level={1}>
          <p>{text("reader.empty.detail")}</p>
        </Panel>
      </main>
    );
  }
  return (
    <main
      className={styles.room}
      style={{ "--page-colour": colour ?? "#14110f" } as CSSProperties}
      data-chrome={chrome.shown || undefined}
      data-layout={layout}
      data-mantine-color-scheme="dark"
      {...chrome.hands}
    >
      <TopBar episode={episode} title={title} settings={settings} fullScreen={fullScreen.fullscreen} onFullScreen={() => void fullScreen.toggle()} onKeys={() => setKeys(true)} onMenu={setMenu} />
      {!settings.ready ? (
        <div className={styles.waiting} />
      ) : layout === "strip" ? (
        <Strip {...stageProps} pages={pages} calm={calm} onVisible={setInView} />
      ) : (
        <Stage {...stageProps} openings={openings} layout={layout} direction={direction} curl={!calm} />
      )}
      <PageWords pages={shown} language={language} enabled={signedIn} />
      <footer className={styles.bottom}>
        <Scrubber pages={pages} visible={visible} direction={direction} language={language} onGo={go} />
      </footer>
      <p className="unseen" role="status">
        {shown.map((page) => nameOf(page)).join(", ")}
      </p>
      {end ? <EndCard at={end} episode={episode} onClose={() => setEnd(null)} onOpen={onEpisode} /> : null}
      <ReaderKeys opened={keys} onClose={() => setKeys(false)} />
    </main>
  );
}

/** Where to open: where the reader was, or the beginning of an episode that is new or was read to its end. */
function resumeAt({ progress }: EpisodeDetail): number {
  return progress && !progress.finished ? progress.order_index : 0;
}

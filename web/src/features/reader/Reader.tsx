import { useFullscreenDocument, useReducedMotion, useViewportSize } from "@mantine/hooks";
import { BookDashed } from "lucide-react";
import { useCallback, useMemo, useRef, useState, type CSSProperties } from "react";

import type { EpisodeDetail, EpisodeLink, PagePlace } from "~/api/types";
import { focusQuestion } from "~/features/companion/public";
import { useText } from "~/lib/language";
import { isUntitled } from "~/lib/titles";
import { Button } from "~/ui/Button";
import { Panel } from "~/ui/Failure";

import { openingAt, openingsOf, pagesOf } from "./model/spreads";
import { AskPanel } from "./overlays/AskPanel";
import { GuidedView } from "./overlays/GuidedView";
import { PageTranscript } from "./overlays/PageTranscript";
import { SidePanel } from "./overlays/SidePanel";
import { MarksContext, type Ring } from "./overlays/marks";
import { SIDES, type SideName } from "./overlays/sides";
import { useAskedRing, type AskedMark } from "./overlays/useAskedRing";
import { useChrome } from "./useChrome";
import { useReaderKeys } from "./useReaderKeys";
import { useReaderSettings } from "./useReaderSettings";
import { useTurnLog } from "./useTurnLog";
import { EndCard } from "./view/EndCard";
import { useNameOfPage } from "./view/PageFace";
import { ReaderKeys } from "./view/ReaderKeys";
import { Scrubber } from "./view/Scrubber";
import { Stage, type StageHandle } from "./view/Stage";
import { Strip } from "./view/Strip";
import { TopBar } from "./view/TopBar";
import styles from "./view/reader.module.css";

/** Between two turns while a key is held down. */
const LEAF_MS = 110;
/** From this width on there is room for a panel beside the page; below it comes from the foot of the window. */
const BESIDE = 1000;

interface Props {
  episode: EpisodeDetail;
  /** Who reads; null where anybody may, and nothing is remembered. */
  reader: string | null;
  asked: { page: number | undefined; language: string | undefined; mark: AskedMark };
  /** What stands beside the page. It stays when another episode is opened. */
  tab: SideName | null;
  onTab: (tab: SideName | null) => void;
  /** How often a link out of it was followed. */
  low: number;
  onAside: () => void;
  onPlace: (orderIndex: number) => void;
  onEpisode: (episode: EpisodeLink, at: "start" | "end") => void;
  /** Somebody goes to a page of another episode. */
  onElsewhere: (place: PagePlace) => void;
  onLeave: () => void;
}

export function Reader({ episode, reader, asked, tab, onTab, low, onAside, onPlace, onEpisode, onElsewhere, onLeave }: Props) {
  const text = useText();
  const nameOf = useNameOfPage();
  const viewport = useViewportSize();
  const calm = useReducedMotion();
  const signedIn = reader !== null;
  const settings = useReaderSettings(episode, { signedIn, asked: asked.language, window: viewport.width ? viewport : { width: window.innerWidth, height: window.innerHeight } });
  const { layout, direction, language, fit, guided, spread_offset: offset } = settings;
  const { pages } = episode;
  const last = pages.length - 1;

  const within = (index: number) => Math.max(0, Math.min(last, Math.trunc(index)));
  const [here, setHere] = useState(() => within(asked.page ?? resumeAt(episode)));
  const [inView, setInView] = useState<{ shown: number[]; whole: number[] }>({ shown: [], whole: [] });
  const [end, setEnd] = useState<"start" | "end" | null>(null);
  const [keys, setKeys] = useState(false);
  const [menu, setMenu] = useState(false);
  const [sought, setSought] = useState<{ id: string; at: number } | null>(null);
  const [words, setWords] = useState(false);
  const [pressed, setPressed] = useState<Ring | null>(null);
  const [pointed, setPointed] = useState<Ring | null>(null);
  const [panel, setPanel] = useState<number | null>(null);
  /** Whether the guided view was chosen here, rather than found on, so that it begins with the first panel. */
  const [begun, setBegun] = useState(false);
  const stage = useRef<StageHandle>(null);
  const askedRing = useAskedRing(asked.mark, { page: pages[within(asked.page ?? here)], language, signedIn });
  const [lastMark, setLastMark] = useState(asked.mark.key);
  // A search, or a link beside the page, leads to another page of the episode that is open.
  if (lastMark !== asked.mark.key) {
    setLastMark(asked.mark.key);
    setPressed(null);
    if (asked.mark.key && asked.page !== undefined) setHere(within(asked.page));
  }
  const ring = pressed ?? askedRing;
  const fullScreen = useFullscreenDocument();
  const chrome = useChrome(menu || keys || end !== null);

  const sheet = viewport.width > 0 && viewport.width < BESIDE;
  const openings = useMemo(() => (layout === "strip" ? [] : openingsOf(pages, { layout, offset })), [pages, layout, offset]);
  const strip = layout === "strip" && !guided;
  const visible = useMemo(
    () => (guided ? [here] : strip ? (inView.shown.length ? inView.shown : [here]) : pagesOf(openings[openingAt(openings, here)]).map((page) => page.order_index)),
    [guided, strip, inView, here, openings],
  );
  useTurnLog(episode, !settings.ready ? [] : strip ? inView.whole : visible, language, reader);
  const onVisible = useCallback((shown: number[], whole: number[]) => {
    setInView((was) => (was.shown.join() === shown.join() && was.whole.join() === whole.join() ? was : { shown, whole }));
  }, []);

  const arrive = useCallback(
    (orderIndex: number) => {
      setHere(orderIndex);
      setPressed(null);
      setPointed(null);
      onPlace(orderIndex);
    },
    [onPlace],
  );
  const go = (orderIndex: number) => {
    setEnd(null);
    arrive(orderIndex);
    stage.current?.show(orderIndex);
  };
  const past = (delta: 1 | -1) => {
    if (delta === 1) setEnd("end");
    else if (episode.previous) setEnd("start");
  };
  const show = (place: PagePlace) => {
    const index = place.episode_id === episode.id ? pages.findIndex(({ id }) => id === place.page_id) : -1;
    if (index === -1) onElsewhere(place);
    else go(index);
  };
  const guide = (on: boolean) => {
    setBegun(on);
    setPanel(null);
    settings.change({ guided: on });
  };
  const held = useRef(-Infinity);
  const step = (delta: 1 | -1, quick: boolean, move: (stage: StageHandle) => void) => {
    // A key that is held down leafs through, at a pace that pictures can follow, and stops at the end of the book.
    if (quick && performance.now() - held.current < LEAF_MS) return;
    held.current = performance.now();
    if (end === null) {
      if (stage.current) move(stage.current);
    } else if (!quick && (end === "end") === (delta === -1)) setEnd(null);
  };

  useReaderKeys({
    enabled: !menu && !keys,
    direction,
    turn: (delta, quick) => step(delta, quick, (now) => now.turn(delta, quick)),
    onwards: (delta, share, quick) => step(delta, quick, (now) => now.onwards(delta, share, quick)),
    first: () => go(0),
    last: () => go(last),
    zoom: (factor) => {
      if (factor === null) stage.current?.whole();
      else stage.current?.zoom(factor);
    },
    nextLanguage: () => {
      const { languages } = episode;
      const next = languages[(languages.indexOf(language ?? "") + 1) % Math.max(1, languages.length)];
      if (next) settings.change({ language: next });
    },
    nextLayout: () => settings.change({ layout: layout === "single" ? "spread" : layout === "spread" ? "strip" : "single" }),
    fullScreen: () => void fullScreen.toggle(),
    previousEpisode: () => episode.previous && onEpisode(episode.previous, "start"),
    nextEpisode: () => episode.next && onEpisode(episode.next, "start"),
    guided: () => guide(!guided),
    words: () => setWords(!words),
    side: (key) => {
      const name = SIDES.find((side) => side.key === key)?.name ?? null;
      onTab(tab === name ? null : name);
    },
    ask: () => {
      if (tab !== "ask" && signedIn) onTab("ask");
      else focusQuestion();
    },
    chrome: chrome.toggle,
    help: () => setKeys(true),
    leave: () => {
      if (end !== null) setEnd(null);
      else if (tab !== null) onTab(null);
      else if (!stage.current?.whole()) onLeave();
    },
  });

  const shown = visible.map((index) => pages[index]).filter((page) => page !== undefined);
  const colour = shown.find((page) => page.dominant_color)?.dominant_color ?? null;
  const title = (language && episode.titles[language]) ?? (isUntitled(episode) && episode.number !== null ? text("place.titleByNumber", { number: episode.number }) : episode.title);
  const marks = useMemo(() => ({ ring, hover: pointed, words: words ? language : null }), [ring, pointed, words, language]);
  const onSeen = ring?.pageId === pages[here]?.id ? ring : null;
  const stageProps = { here, fit, language, onGo: arrive, onPast: past, onMiddle: chrome.toggle, ref: stage };

  if (!pages.length) {
    return (
      <main className={styles.room} data-quiet>
        <Panel icon={BookDashed} title={text("reader.empty.title")} level={1}>
          <p>{text("reader.empty.detail")}</p>
          <Button onClick={onLeave} className={styles.onDark}>
            {text("reader.back", { series: episode.series.title })}
          </Button>
        </Panel>
      </main>
    );
  }
  return (
    <main
      className={styles.room}
      tabIndex={-1}
      style={{ "--page-colour": colour ?? "#14110f" } as CSSProperties}
      data-chrome={chrome.shown || undefined}
      data-layout={layout}
      {...chrome.hands}
    >
      <MarksContext value={marks}>
        <div className={styles.ground} data-side={tab === null ? undefined : sheet ? "sheet" : tab === "world" ? "wide" : "panel"}>
          <TopBar
            inert={end !== null}
            episode={episode}
            title={title}
            settings={settings}
            words={words}
            side={tab !== null && tab !== "ask"}
            asks={signedIn ? tab === "ask" : null}
            world={tab === "world"}
            fullScreen={fullScreen.fullscreen}
            onGuided={guide}
            onWords={setWords}
            onSide={() => onTab(tab === null || tab === "ask" ? "transcript" : null)}
            onAsk={() => onTab(tab === "ask" ? null : "ask")}
            onWorld={() => onTab(tab === "world" ? null : "world")}
            onFullScreen={() => void fullScreen.toggle()}
            onKeys={() => setKeys(true)}
            onMenu={setMenu}
          />
          {!settings.ready ? (
            <div className={styles.waiting} />
          ) : guided ? (
            <GuidedView
              {...stageProps}
              pages={pages}
              own={episode.direction}
              direction={direction}
              signedIn={signedIn}
              calm={calm}
              focus={onSeen?.box ?? null}
              begins={begun}
              onLeave={() => guide(false)}
              onPanel={setPanel}
            />
          ) : strip ? (
            <Strip {...stageProps} pages={pages} calm={calm} onVisible={onVisible} />
          ) : (
            <Stage {...stageProps} openings={openings} layout={layout === "spread" ? "spread" : "single"} direction={direction} curl={!calm} />
          )}
          {tab === "transcript" ? null : <PageTranscript pages={shown} language={language} enabled={signedIn} />}
          <footer className={styles.bottom} data-bar inert={end !== null}>
            <Scrubber pages={pages} visible={visible} direction={direction} language={language} onGo={go} />
          </footer>
          <p className="unseen" role="status">
            {shown.map((page) => nameOf(page)).join(", ")}
          </p>
          {end ? <EndCard at={end} episode={episode} onClose={() => setEnd(null)} onOpen={onEpisode} /> : null}
        </div>
      </MarksContext>
      {tab === "ask" ? (
        <AskPanel sheet={sheet} low={low} onAside={onAside} episode={episode} pages={shown} onClose={() => onTab(null)} />
      ) : tab ? (
        <SidePanel
          tab={tab}
          sheet={sheet}
          low={low}
          onAside={onAside}
          about={shown.map((page) => nameOf(page)).join(", ")}
          episode={episode}
          pages={shown}
          language={language}
          panel={panel}
          signedIn={signedIn}
          sought={sought}
          onTab={onTab}
          onClose={() => onTab(null)}
          onPoint={setPointed}
          onRing={setPressed}
          onPlace={show}
          onWorld={(id) => {
            setSought({ id, at: (sought?.at ?? 0) + 1 });
            onTab("world");
          }}
        />
      ) : null}
      <ReaderKeys opened={keys} onClose={() => setKeys(false)} />
    </main>
  );
}

/** Where to open: where the reader was, or the beginning of an episode that is new or was read to its end. */
function resumeAt({ progress }: EpisodeDetail): number {
  return progress && !progress.finished ? progress.order_index : 0;
}

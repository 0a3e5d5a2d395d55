import { useEffect, useLayoutEffect, useRef } from "react";

import type { Direction } from "~/api/types";

interface Actions {
  enabled: boolean;
  direction: Direction;
  /** A page on or back; at once, without a show, while a key is held down. */
  turn: (delta: 1 | -1, quick: boolean) => void;
  /** On or back by a share of the window, and by a page where there is no more to scroll. */
  onwards: (delta: 1 | -1, share: number, quick: boolean) => void;
  first: () => void;
  last: () => void;
  /** A factor, or null for the whole page. */
  zoom: (factor: number | null) => void;
  nextLanguage: () => void;
  nextLayout: () => void;
  fullScreen: () => void;
  /** Panel by panel, or page by page. */
  guided: () => void;
  /** The words of the balloons over them. */
  words: () => void;
  /** Opens or closes the tab beside the page that this key is for. */
  side: (key: string) => void;
  /** Asks the companion. */
  ask: () => void;
  previousEpisode: () => void;
  nextEpisode: () => void;
  chrome: () => void;
  help: () => void;
  leave: () => void;
}

/** The reader's keys, anywhere but in fields, menus and dialogs. Left and right follow the reading direction. */
export function useReaderKeys(actions: Actions): void {
  const latest = useRef(actions);
  // Before the next key can come, so that a quick second press sees what the first one did.
  useLayoutEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const now = latest.current;
      const target = event.target instanceof HTMLElement ? event.target : null;
      if (!now.enabled || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (target?.closest("input, textarea, select, [contenteditable], [role=menu]")) return;
      // Other dialogs close on Escape themselves, and may have done so before the key comes here.
      const dialog = target?.closest("[role=dialog]");
      if (dialog && !(dialog.hasAttribute("data-end") && ["Escape", "ArrowLeft", "ArrowRight"].includes(event.key))) return;
      // What stands beside the page is scrolled by the keys that scroll.
      if (target?.closest("[data-side]") && SCROLLING.has(event.key)) return;
      if ((event.key === " " || event.key === "Enter") && target?.closest("button, a")) return;
      const action = actionFor(event, now);
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}

const SCROLLING = new Set(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", " "]);
const PAGE = 0.86;
const LINES = 0.3;

export function actionFor(event: Pick<KeyboardEvent, "key" | "shiftKey" | "repeat">, now: Actions): (() => void) | undefined {
  const onwards = now.direction === "rtl" ? -1 : 1;
  const back = now.direction === "rtl" ? 1 : -1;
  const byKey: Record<string, () => void> = {
    ArrowRight: () => now.turn(onwards, event.repeat),
    ArrowLeft: () => now.turn(back, event.repeat),
    ArrowDown: () => now.onwards(1, LINES, event.repeat),
    ArrowUp: () => now.onwards(-1, LINES, event.repeat),
    PageDown: () => now.onwards(1, PAGE, event.repeat),
    PageUp: () => now.onwards(-1, PAGE, event.repeat),
    " ": () => now.onwards(event.shiftKey ? -1 : 1, PAGE, event.repeat),
    Home: now.first,
    End: now.last,
    "+": () => now.zoom(1.25),
    "=": () => now.zoom(1.25),
    "-": () => now.zoom(0.8),
    "0": () => now.zoom(null),
    l: now.nextLanguage,
    d: now.nextLayout,
    f: now.fullScreen,
    g: now.guided,
    b: now.words,
    t: () => now.side("t"),
    p: () => now.side("p"),
    n: () => now.side("n"),
    w: () => now.side("w"),
    a: now.ask,
    m: now.chrome,
    "[": now.previousEpisode,
    "]": now.nextEpisode,
    "?": now.help,
    Escape: now.leave,
  };
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return Object.hasOwn(byKey, key) ? byKey[key] : undefined;
}

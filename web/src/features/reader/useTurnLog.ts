import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { Problem } from "~/api/http";
import { episodeQuery } from "~/api/library";
import { reportTurn } from "~/api/reading";
import type { EpisodeDetail, PageItem, Turn } from "~/api/types";
import { deviceId, deviceName } from "~/lib/device";

import { isHere, onArrival, pictureUrl } from "./model/pictures";
import { TurnLog } from "./model/turnLog";

const DWELL = 350;

const hopeless = (error: unknown) => error instanceof Problem && error.status >= 400 && error.status < 500 && ![401, 408, 429].includes(error.status);

/**
 * Tells the server which pages have really been seen: those in view, drawn, and looked at for a moment in a tab that
 * can be seen. A page that flies past while somebody leafs through, or whose picture never came, is not seen.
 */
export function useTurnLog(episode: EpisodeDetail, visible: readonly number[], language: string | null, reader: string | null): void {
  const queries = useQueryClient();
  // Whoever began to read: when the session ends meanwhile, what is read on is kept for them until they are back.
  const [who] = useState(reader);
  const [log] = useState(() => turnLogOf(who ?? "", queries));
  const key = visible.join(",");
  const latest = useRef(episode);
  useEffect(() => {
    latest.current = episode;
  });

  useEffect(() => {
    if (!who || !key) return undefined;
    const noted = new Set<number>();
    let dwell: ReturnType<typeof setTimeout> | undefined;
    const { id, pages: all } = latest.current;
    const last = all.findLastIndex((page) => page.state !== "failed");
    const pages = key
      .split(",")
      .map((index) => all[Number(index)])
      .filter((page) => page !== undefined);
    const drawn = () => pages.filter((page) => isDrawn(page, language) && !noted.has(page.order_index)).map((page) => page.order_index);
    let awaited = "";
    const look = () => {
      const shown = document.hidden ? [] : drawn();
      if (shown.join() === awaited) return;
      awaited = shown.join();
      clearTimeout(dwell);
      if (!shown.length) return;
      dwell = setTimeout(() => {
        awaited = "";
        for (const index of shown) noted.add(index);
        log.note({
          episode_id: id,
          shown,
          device: deviceId(),
          device_name: deviceName(),
          at: new Date().toISOString(),
          ...(language ? { language } : {}),
          ...(shown.includes(last) ? { finished: true } : {}),
        });
      }, DWELL);
    };
    look();
    const deaf = onArrival(look);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearTimeout(dwell);
      deaf();
      document.removeEventListener("visibilitychange", look);
    };
  }, [key, language, who, log]);

  useEffect(() => {
    const leave = () => log.leave();
    const hide = () => document.hidden && log.leave();
    const back = () => void log.flush();
    window.addEventListener("pagehide", leave);
    document.addEventListener("visibilitychange", hide);
    window.addEventListener("online", back);
    return () => {
      window.removeEventListener("pagehide", leave);
      document.removeEventListener("visibilitychange", hide);
      window.removeEventListener("online", back);
      log.stop();
      void log.flush().then(() => {
        void queries.invalidateQueries({ queryKey: ["reading", "continue"] });
        void queries.invalidateQueries({ queryKey: ["series"] });
      });
    };
  }, [log, queries]);
}

function turnLogOf(reader: string, queries: QueryClient): TurnLog {
  const send = async (turn: Turn, leaving: boolean) => {
    const { progress } = await reportTurn(turn, leaving);
    markSeen(queries, turn, progress);
  };
  return new TurnLog(reader, send, hopeless);
}

/** Sends what an earlier tab of this reader could not, also when nobody opens a book. */
export async function sendWaitingTurns(reader: string, queries: QueryClient): Promise<void> {
  await turnLogOf(reader, queries).flush();
  await Promise.all([["reading", "continue"], ["series"]].map((queryKey) => queries.invalidateQueries({ queryKey })));
}

function isDrawn(page: PageItem, language: string | null): boolean {
  return page.state !== "failed" && isHere(pictureUrl(page, language));
}

/** Once the server has acknowledged a turn, its pages are seen: ticks fill, their words may be asked for, and the place is known here. */
function markSeen(queries: QueryClient, { episode_id: id, shown }: Turn, progress: EpisodeDetail["progress"]): void {
  queries.setQueryData(episodeQuery(id).queryKey, (known: EpisodeDetail | undefined) =>
    known ? { ...known, progress: progress ?? known.progress, pages: known.pages.map((page) => (shown.includes(page.order_index) && !page.seen ? { ...page, seen: true } : page)) } : known,
  );
}

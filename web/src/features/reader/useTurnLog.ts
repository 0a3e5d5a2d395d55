import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { Problem } from "~/api/http";
import { episodeQuery } from "~/api/library";
import { reportTurn } from "~/api/reading";
import type { EpisodeDetail, Turn } from "~/api/types";
import { deviceId, deviceName } from "~/lib/device";

import { fetchAhead, isHere, pictureUrl } from "./model/pictures";
import { TurnLog } from "./model/turnLog";

const DWELL = 350;

const hopeless = (error: unknown) => error instanceof Problem && error.status >= 400 && error.status < 500 && ![401, 408, 429].includes(error.status);

/**
 * Tells the server which pages have really been seen: those in view, drawn, and looked at for a moment. A page that
 * flies past while somebody leafs through, or that never came, is not seen.
 */
export function useTurnLog(episode: EpisodeDetail, visible: readonly number[], language: string | null, signedIn: boolean): void {
  const queries = useQueryClient();
  const [log] = useState(
    () =>
      new TurnLog(async (turn, leaving) => {
        await reportTurn(turn, leaving);
        markSeen(queries, turn);
      }, hopeless),
  );
  const key = visible.join(",");
  const latest = useRef(episode);
  useEffect(() => {
    latest.current = episode;
  });

  useEffect(() => {
    if (!signedIn) return undefined;
    const now = { left: false };
    let dwell: ReturnType<typeof setTimeout> | undefined;
    const pages = key
      .split(",")
      .filter(Boolean)
      .map((index) => latest.current.pages[Number(index)])
      .filter((page) => page !== undefined);
    void Promise.all(pages.map((page) => fetchAhead(pictureUrl(page, language)))).then(() => {
      const drawn = pages.filter((page) => isHere(pictureUrl(page, language))).map((page) => page.order_index);
      if (now.left || !drawn.length) return;
      dwell = setTimeout(() => {
        const { id, pages: all } = latest.current;
        log.note({
          episode_id: id,
          shown: drawn,
          device: deviceId(),
          device_name: deviceName(),
          at: new Date().toISOString(),
          ...(language ? { language } : {}),
          ...(drawn.includes(all.length - 1) ? { finished: true } : {}),
        });
      }, DWELL);
    });
    return () => {
      now.left = true;
      clearTimeout(dwell);
    };
  }, [key, language, signedIn, log, queries]);

  useEffect(() => {
    const leave = () => void log.flush(true);
    const back = () => void log.flush();
    window.addEventListener("pagehide", leave);
    window.addEventListener("online", back);
    return () => {
      window.removeEventListener("pagehide", leave);
      window.removeEventListener("online", back);
      log.stop();
      void log.flush().then(() => {
        void queries.invalidateQueries({ queryKey: ["reading", "continue"] });
        void queries.invalidateQueries({ queryKey: ["series"] });
      });
    };
  }, [log, queries]);
}

/** Once the server has acknowledged a turn, its pages are seen: ticks fill, and their words may be asked for. */
function markSeen(queries: QueryClient, { episode_id: id, shown }: Turn): void {
  queries.setQueryData(episodeQuery(id).queryKey, (known: EpisodeDetail | undefined) =>
    known ? { ...known, pages: known.pages.map((page) => (shown.includes(page.order_index) && !page.seen ? { ...page, seen: true } : page)) } : known,
  );
}

import { useQuery } from "@tanstack/react-query";
import { useLocation, useNavigate, useParams, useRouter, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useLayoutEffect, useState } from "react";

import { episodeQuery } from "~/api/library";
import { sessionQuery } from "~/api/session";
import { useText } from "~/lib/language";
import { useTheatre } from "~/lib/theatre";
import { Failure } from "~/ui/Failure";

import { Reader } from "./Reader";
import { type SideName } from "./overlays/sides";
import styles from "./view/reader.module.css";

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** Somebody comes to ask: the companion is open. */
    ask?: boolean;
  }
}

/** `/read/<episode>`: the page, as large as it can be. */
export function ReaderScreen() {
  const { episodeId } = useParams({ from: "/inside/read/$episodeId" });
  const { page, at, lang, balloon, panel, box } = useSearch({ from: "/inside/read/$episodeId" });
  const navigate = useNavigate();
  const text = useText();
  const session = useQuery(sessionQuery);
  const asks = useLocation({ select: ({ state }) => state.ask ?? false });
  const [side, setSide] = useState<{ tab: SideName | null; low: number }>(() => ({ tab: asks || wasAsking() ? "ask" : null, low: 0 }));
  const returned = useReturned();
  useTheatre();
  useLayoutEffect(() => {
    document.documentElement.dataset.reading = "";
    return () => {
      delete document.documentElement.dataset.reading;
    };
  }, []);
  const { data: episode, error, refetch } = useQuery({ ...episodeQuery(episodeId), staleTime: 60_000, refetchOnWindowFocus: false });

  // The stage and the strip scroll themselves: the router is to leave them where they are.
  const onPlace = useCallback(
    (orderIndex: number) => void navigate({ to: "/read/$episodeId", params: { episodeId }, search: ({ lang: was }) => ({ page: orderIndex, lang: was }), replace: true, resetScroll: false }),
    [navigate, episodeId],
  );

  if (error && !episode) {
    return (
      <main className={styles.room} data-quiet>
        <Failure error={error} retry={() => void refetch()} />
      </main>
    );
  }
  if (!episode || !session.data) {
    return (
      <main className={styles.room} aria-busy="true" aria-label={text("reader.opening")}>
        <div className={styles.waiting} />
      </main>
    );
  }
  // A page may be named by its id, where its place in the episode is not known.
  const named = at === undefined ? -1 : episode.pages.findIndex(({ id }) => id === at);
  const index = named === -1 ? page : named;
  const key = [at, balloon, panel, box].some((one) => one !== undefined) ? JSON.stringify([index, balloon, panel, box]) : returned;
  return (
    <Reader
      key={episode.id}
      episode={episode}
      reader={session.data.user?.id ?? null}
      asked={{ page: index, language: lang, mark: { key, balloon, panel, box } }}
      tab={side.tab}
      onTab={(tab) => {
        setSide({ tab, low: 0 });
        rememberAsking(tab === "ask");
      }}
      low={side.low}
      onAside={() => setSide(({ tab, low }) => ({ tab, low: low + 1 }))}
      onPlace={onPlace}
      onEpisode={(other, at) => void navigate({ to: "/read/$episodeId", params: { episodeId: other.id }, search: { page: at === "end" ? 100_000 : undefined, lang: undefined } })}
      onElsewhere={(place) => void navigate({ to: "/read/$episodeId", params: { episodeId: place.episode_id }, search: { at: place.page_id } })}
      onLeave={() => void navigate({ to: "/series/$slug", params: { slug: episode.series.slug } })}
    />
  );
}

/** Another word for each place that Back or Forward has led to, for as long as the reader stays at it; else nothing. */
function useReturned(): string {
  const { history } = useRouter();
  const place = useLocation({ select: ({ state }) => state.__TSR_key ?? "" });
  const [returned, setReturned] = useState("");
  useEffect(() => history.subscribe(({ action, location }) => setReturned(action.type === "PUSH" || action.type === "REPLACE" ? "" : (location.state.__TSR_key ?? ""))), [history]);
  return returned && returned === place ? `returned ${returned}` : "";
}

const ASKING = "fumetto-asking";

/** Whether the companion stood beside the page before this tab was loaded anew. */
function wasAsking(): boolean {
  try {
    return sessionStorage.getItem(ASKING) !== null;
  } catch {
    return false;
  }
}

function rememberAsking(asking: boolean): void {
  try {
    if (asking) sessionStorage.setItem(ASKING, "1");
    else sessionStorage.removeItem(ASKING);
  } catch {
    // Storage is switched off: the panel is opened again by hand.
  }
}

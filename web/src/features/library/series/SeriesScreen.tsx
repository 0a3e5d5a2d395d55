import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi, useLocation, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";

import { part } from "~/api/http";
import { episodesQuery, seriesQuery } from "~/api/library";
import { sessionQuery } from "~/api/session";
import type { EpisodeCard } from "~/api/types";
import { WorldView } from "~/features/world/public";
import { useText } from "~/lib/language";
import { Failure } from "~/ui/Failure";
import { Pills } from "~/ui/Pills";
import { Skeleton } from "~/ui/Skeleton";
import { useTitle } from "~/ui/useTitle";

import { AddToDialog, type Addition } from "../shared/AddToDialog";

import { EpisodeList } from "./EpisodeList";
import { Hero } from "./Hero";
import { MissingNote } from "./MissingNote";
import styles from "./SeriesScreen.module.css";

const route = getRouteApi("/inside/shell/series/$slug");
/** The part of the address that asks for the world. */
const WORLD = "world";
const SeriesEditor = lazy(() => part(import("./editing/SeriesEditor")));
const EpisodeEditor = lazy(() => part(import("./editing/EpisodeEditor")));

export function SeriesScreen() {
  const { slug } = route.useParams();
  const { user } = useSuspenseQuery(sessionQuery).data;
  const mayEdit = user?.role === "owner" || user?.role === "editor";
  const series = useQuery(seriesQuery(slug));
  const episodes = useQuery(episodesQuery(slug));
  const [adding, setAdding] = useState<Addition | null>(null);
  const [editing, setEditing] = useState<"series" | EpisodeCard | null>(null);
  const text = useText();
  const navigate = useNavigate();
  const shown = useLocation().hash === WORLD && user ? "world" : "episodes";
  useTitle(series.data?.title);

  const failed = series.error ?? episodes.error;
  if (failed) {
    return (
      <Failure
        whole
        error={failed}
        retry={() => {
          void series.refetch();
          void episodes.refetch();
        }}
      />
    );
  }
  if (!series.data || !episodes.data) return <Waiting />;
  return (
    <>
      <Hero
        series={series.data}
        episodes={episodes.data.items}
        signedIn={user !== null}
        onEdit={mayEdit ? () => setEditing("series") : null}
        onAdd={() => setAdding({ what: "series", ids: [series.data.id] })}
      />
      {mayEdit ? <MissingNote series={series.data} episodes={episodes.data.items} /> : null}
      {user ? (
        <div className={styles.parts}>
          <Pills
            label={text("series.part")}
            value={shown}
            options={[
              { value: "episodes", label: text("series.episodes") },
              { value: "world", label: text("reader.side.world") },
            ]}
            onChange={(next) => void navigate({ to: ".", hash: next === "world" ? WORLD : "", replace: true, resetScroll: false, hashScrollIntoView: false })}
          />
        </div>
      ) : null}
      {shown === "world" ? (
        <section className={styles.world} aria-label={text("reader.side.world")}>
          <Suspense fallback={<Skeleton height="100%" round={14} />}>
            <WorldView slug={slug} page={null} />
          </Suspense>
        </section>
      ) : (
        <EpisodeList
          series={series.data}
          episodes={episodes.data.items}
          signedIn={user !== null}
          mayEdit={mayEdit}
          onAdd={(ids) => setAdding({ what: "episodes", ids })}
          onEdit={setEditing}
        />
      )}
      <AddToDialog addition={adding} onClose={() => setAdding(null)} />
      <Suspense>
        {editing === "series" ? <SeriesEditor series={series.data} episodes={episodes.data.items} onClose={() => setEditing(null)} /> : null}
        {editing && editing !== "series" ? <EpisodeEditor episodeId={editing.id} onClose={() => setEditing(null)} /> : null}
      </Suspense>
    </>
  );
}

function Waiting() {
  return (
    <>
      <div className={styles.waitingHero}>
        <Skeleton height={388} round={14} />
      </div>
      {[0, 1, 2, 3].map((index) => (
        <div key={index} className={styles.waitingRow}>
          <Skeleton width={64} height={90} />
          <div>
            <Skeleton width="38%" height={18} />
            <Skeleton width="22%" height={13} />
          </div>
        </div>
      ))}
    </>
  );
}

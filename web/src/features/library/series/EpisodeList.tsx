import { LayoutGrid, ListChecks, Rows3 } from "lucide-react";
import { useMemo, useState } from "react";

import type { EpisodeCard, SeriesDetail } from "~/api/types";
import { useText } from "~/lib/language";
import { useSelection } from "~/lib/useSelection";
import { IconButton } from "~/ui/Button";
import { Pills } from "~/ui/Pills";

import { EpisodeActions } from "./EpisodeActions";
import styles from "./EpisodeList.module.css";
import { EpisodeRow } from "./EpisodeRow";
import { EpisodeTile } from "./EpisodeTile";

interface Props {
  series: SeriesDetail;
  episodes: EpisodeCard[];
  signedIn: boolean;
  mayEdit: boolean;
  onAdd: (ids: string[]) => void;
  onEdit: (episode: EpisodeCard) => void;
}

const FEW = 8;
const AT_ONCE = 100;
const VIEW = "fumetto-episodes";

export function EpisodeList({ series, episodes, signedIn, mayEdit, onAdd, onEdit }: Props) {
  const text = useText();
  const [view, setView] = useState<"list" | "grid">(() => (localStorage.getItem(VIEW) === "grid" ? "grid" : "list"));
  const [filter, setFilter] = useState<"all" | "unread">("all");
  const [limit, setLimit] = useState(AT_ONCE);
  const found = useMemo(() => episodes.filter((episode) => filter === "all" || episode.read_state !== "read"), [episodes, filter]);
  const order = useMemo(() => found.map(({ id }) => id), [found]);
  const selection = useSelection(order);
  const shown = found.slice(0, limit);
  const choice = (episode: EpisodeCard) =>
    selection.active ? { chosen: selection.ids.has(episode.id), toggle: (range: boolean) => selection.toggle(episode.id, range) } : null;

  return (
    <section aria-labelledby="episodes">
      <div className={styles.head}>
        <h2 id="episodes">{text("series.episodes")}</h2>
        <div className={styles.tools}>
          {episodes.length > FEW ? (
            <Pills
              label={text("shelf.filter")}
              value={filter}
              options={[
                { value: "all", label: text("shelf.filters.all") },
                { value: "unread", label: text("shelf.filters.unread") },
              ]}
              onChange={setFilter}
            />
          ) : null}
          <IconButton
            icon={view === "grid" ? Rows3 : LayoutGrid}
            label={text(view === "grid" ? "series.asList" : "shelf.asCovers")}
            onClick={() => {
              const next = view === "grid" ? "list" : "grid";
              localStorage.setItem(VIEW, next);
              setView(next);
            }}
          />
          {mayEdit ? (
            <IconButton
              icon={ListChecks}
              label={text("selection.start")}
              aria-pressed={selection.active}
              onClick={() => (selection.active ? selection.stop() : selection.start())}
            />
          ) : null}
        </div>
      </div>
      {found.length === 0 ? <p className={styles.none}>{text(episodes.length ? "series.allRead" : "series.noEpisodes")}</p> : null}
      <ul className={view === "grid" ? styles.grid : styles.list}>
        {shown.map((episode) =>
          view === "grid" ? (
            <li key={episode.id}>
              <EpisodeTile episode={episode} choice={choice(episode)} />
            </li>
          ) : (
            <li key={episode.id}>
              <EpisodeRow
                episode={episode}
                choice={choice(episode)}
                signedIn={signedIn}
                onAdd={() => onAdd([episode.id])}
                onEdit={mayEdit ? () => onEdit(episode) : null}
              />
            </li>
          ),
        )}
      </ul>
      {found.length > limit ? (
        <button type="button" className={styles.more} onClick={() => setLimit(limit + AT_ONCE)}>
          {text("series.showMore", { count: found.length - limit })}
        </button>
      ) : null}
      {selection.active ? (
        <EpisodeActions
          series={series}
          chosen={found.filter(({ id }) => selection.ids.has(id))}
          selection={selection}
          order={order}
          onAdd={() => onAdd(found.filter(({ id }) => selection.ids.has(id)).map(({ id }) => id))}
        />
      ) : null}
    </section>
  );
}

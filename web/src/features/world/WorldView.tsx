import { useReducedMotion } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Waypoints } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";

import { part } from "~/api/http";
import type { EntityKind } from "~/api/types";
import { wikiQuery } from "~/api/world";
import { useText } from "~/lib/language";
import { Failure, Panel } from "~/ui/Failure";
import { Pills } from "~/ui/Pills";
import { Skeleton } from "~/ui/Skeleton";

import { ArticleCard } from "./ArticleCard";
import { EntityCard } from "./EntityCard";
import { FocusBar } from "./FocusBar";
import { Kinds } from "./Kinds";
import { SearchField } from "./SearchField";
import type { GraphHandle } from "./WorldGraph";
import { WorldList } from "./WorldList";
import { byName, centreOf, drawnOf, type Focus } from "./model/graph";
import { remembered, type Chosen } from "./model/kept";
import { useWorld } from "./useWorld";
import styles from "./world.module.css";

const WorldGraph = lazy(async () => ({ default: (await part(import("./WorldGraph"))).WorldGraph }));

interface Props {
  /** The series. */
  slug: string;
  /** The page that the reader is on; null for all that they have read. */
  page: string | null;
  /** The page before it, of which the world is what was known until now. */
  before?: string | null;
  /** What is open, in words. */
  about?: string;
  /** Whom somebody asks to be shown; `at` is another number when it is asked for again. */
  sought?: { id: string; at: number } | null;
  /** It is not known yet where the reader is. */
  waits?: boolean;
  /** Somebody goes to a page. */
  onFollow?: () => void;
}

type View = "graph" | "list";
const VIEW = "fumetto-world";
/** Below this width a list says more than a graph. */
const NARROW = 720;
const preferred = (): View => {
  const kept = localStorage.getItem(VIEW);
  return kept === "graph" || kept === "list" ? kept : window.innerWidth < NARROW ? "list" : "graph";
};

/** Whoever and whatever is known of a story so far, as a graph or as a list, with what is known of each and the pages that show it. */
export function WorldView({ slug, page, before = null, about, sought = null, waits = false, onFollow }: Props) {
  const text = useText();
  const calm = useReducedMotion();
  const [place] = useState(() => `${page === null && !waits ? "library" : "reader"} ${slug}`);
  const [kept] = useState(() => remembered(place));
  const [view, setView] = useState<View>(preferred);
  const [chosen, setChosen] = useState<Chosen | null>(kept.chosen);
  const [focus, setFocus] = useState<Focus | null>(kept.focus);
  const [hidden, setHidden] = useState<ReadonlySet<EntityKind>>(kept.hidden);
  const [start, setStart] = useState<string | null>(null);
  const [words, setWords] = useState("");
  const [byKeys, setByKeys] = useState(false);
  const graph = useRef<GraphHandle>(null);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    Object.assign(kept, { chosen, focus, hidden });
  }, [kept, chosen, focus, hidden]);

  const { query, world, arrived, neighbours, counts, byId, newHere } = useWorld({ slug, page, before, waits });
  const articles = useQuery({ ...wikiQuery(slug, page), enabled: !waits }).data?.items ?? [];
  const visible = useMemo(() => world.entities.filter(({ kind }) => !hidden.has(kind)).sort(byName), [world, hidden]);
  // Whom a large world is drawn around stays the same as it grows.
  if (world.entities.length && (start === null || !byId.has(start))) setStart(centreOf(world.entities, neighbours));
  const close = useMemo(() => (focus && byId.has(focus.id) ? focus : null), [focus, byId]);
  const drawn = useMemo(() => drawnOf(world, { focus: close, hidden, neighbours, start }), [world, close, hidden, neighbours, start]);

  const show = (next: View) => {
    localStorage.setItem(VIEW, next);
    setView(next);
  };
  const choose = useCallback((id: string | null, byKey: boolean) => {
    setByKeys(byKey);
    setChosen(id === null ? null : { what: "entity", id });
  }, []);
  /** Goes to somebody, whether they are drawn now or not. */
  const goTo = (id: string, byKey: boolean) => {
    const kind = byId.get(id)?.kind;
    if (kind && hidden.has(kind)) setHidden(new Set([...hidden].filter((one) => one !== kind)));
    if (drawn.around !== null && !drawn.entities.some((one) => one.id === id)) setFocus(drawn.large || close ? { id, steps: close?.steps ?? 2 } : null);
    choose(id, byKey);
    setWords("");
    // Once it is drawn.
    requestAnimationFrame(() => graph.current?.show(id));
  };
  const [asked, setAsked] = useState<number>();
  if (sought && sought.at !== asked && world.entities.length) {
    setAsked(sought.at);
    setChosen({ what: "entity", id: sought.id });
    setFocus({ id: sought.id, steps: 1 });
  }
  const dismiss = () => {
    const id = chosen?.id;
    setChosen(null);
    if (id === undefined) return;
    if (view === "list") root.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus();
    else if (byKeys) graph.current?.show(id, true);
  };
  const escape = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented || (chosen === null && close === null)) return;
    event.preventDefault();
    if (chosen) dismiss();
    else setFocus(null);
  };

  if (query.error && !query.data) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) {
    return (
      <div className={styles.world} aria-busy="true" aria-label={text("world.opening")}>
        <Skeleton height={40} round={20} />
        <Skeleton height="100%" round={14} />
      </div>
    );
  }
  if (!world.entities.length && !articles.length) {
    return (
      <div className={styles.nothing}>
        <Panel icon={Waypoints} title={text("world.empty.title")}>
          <p>{text("world.empty")}</p>
        </Panel>
      </div>
    );
  }
  const around = drawn.around === null ? undefined : byId.get(drawn.around);
  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- Escape goes one step back, wherever in it the focus is
    <div ref={root} className={styles.world} data-world={view} data-card={chosen ? "" : undefined} onKeyDown={escape}>
      <div className={styles.bar}>
        <SearchField entities={visible} words={words} suggests={view === "graph"} onWords={setWords} onPick={(id) => goTo(id, true)} />
        <Pills
          wrap
          label={text("world.view")}
          value={view}
          options={[
            { value: "graph", label: text("world.view.graph") },
            { value: "list", label: text("world.view.list") },
          ]}
          onChange={show}
        />
      </div>
      {counts.size > 1 ? <Kinds counts={counts} hidden={hidden} onHidden={setHidden} /> : null}
      <div className={styles.body}>
        {view === "list" ? (
          <WorldList
            entities={visible}
            articles={articles}
            words={words}
            neighbours={neighbours}
            newHere={newHere}
            chosen={chosen}
            onChoose={(next) => {
              setByKeys(true);
              setChosen(next);
            }}
          />
        ) : (
          <div className={styles.ground}>
            {around ? <FocusBar name={around.name} focus={close} count={drawn.entities.length} of={drawn.of} onFocus={setFocus} onList={() => show("list")} /> : null}
            <Suspense fallback={<div className={styles.coming} aria-busy="true" />}>
              <WorldGraph
                memory={drawn.large && drawn.around !== null ? `${place} ${drawn.around}` : place}
                drawn={drawn}
                neighbours={neighbours}
                chosen={chosen?.what === "entity" ? chosen.id : null}
                focus={drawn.large || close ? `${drawn.around ?? ""} ${close?.steps ?? ""}` : null}
                newHere={newHere}
                arrived={arrived}
                calm={calm}
                onChoose={choose}
                ref={graph}
              />
            </Suspense>
          </div>
        )}
        {chosen ? (
          <aside className={styles.card} aria-label={text("world.card")}>
            {chosen.what === "entity" ? (
              <EntityCard
                key={chosen.id}
                id={chosen.id}
                page={page}
                known={byId}
                articles={articles}
                newHere={newHere.has(chosen.id)}
                takeFocus={byKeys}
                focused={close?.id === chosen.id}
                onFocus={() => {
                  setFocus({ id: chosen.id, steps: 1 });
                  show("graph");
                }}
                onEntity={goTo}
                onArticle={(id, heading) => setChosen({ what: "article", id, heading, from: chosen.id })}
                onFollow={onFollow}
                onClose={dismiss}
              />
            ) : (
              <ArticleCard
                key={chosen.id}
                id={chosen.id}
                page={page}
                heading={chosen.heading ?? null}
                takeFocus={byKeys}
                onBack={chosen.from === undefined ? null : () => choose(chosen.from ?? null, byKeys)}
                onFollow={onFollow}
                onClose={dismiss}
              />
            )}
          </aside>
        ) : null}
      </div>
      <p className="unseen" role="status">
        {about ? text("world.known", { page: about, count: world.entities.length }) : ""}
        {newHere.size ? ` ${text("world.newcomers", { names: [...newHere].flatMap((id) => byId.get(id)?.name ?? []).join(", ") })}` : ""}
      </p>
    </div>
  );
}

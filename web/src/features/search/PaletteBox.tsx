import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { History, LibraryBig, Search, X } from "lucide-react";
import { useId, useMemo, useState, type KeyboardEvent, type ReactNode } from "react";

import { seriesByTitleQuery } from "~/api/library";
import type { SearchHit, SeriesCard } from "~/api/types";
import { quickSearchQuery } from "~/api/understanding";
import { useText } from "~/lib/language";
import { IconButton } from "~/ui/Button";
import { Cover } from "~/ui/Cover";
import { Skeleton } from "~/ui/Skeleton";

import { HitPicture } from "./HitCard";
import { Marked } from "./Marked";
import { placeOfHit, readerSearchOf } from "./model/place";
import { forgetSearches, recentSearches, rememberSearch } from "./model/recent";
import styles from "./palette.module.css";
import { usePlaceOfSearch } from "./usePlaceOfSearch";

interface Option {
  id: string;
  group: "recent" | "series" | "hits" | "more";
  label: ReactNode;
  act: () => void;
  /** Whether choosing it leaves the search. */
  stays?: boolean;
}

interface Props {
  words: string;
  /** The words as they were a moment ago, when somebody paused. */
  asked: string;
  onWords: (words: string) => void;
  onClose: () => void;
}

const GROUPS = ["recent", "series", "hits", "more"] as const;
const SERIES = 4;

/** At once, and behind what was typed before the field was there. */
const takeFocus = (field: HTMLInputElement | null) => {
  field?.focus();
  field?.setSelectionRange(field.value.length, field.value.length);
};

/** A field and what it finds: series by their titles, sentences by their words. Arrow keys choose, Enter opens. */
export function PaletteBox({ words, asked, onWords, onClose }: Props) {
  const text = useText();
  const navigate = useNavigate();
  const list = useId();
  const place = usePlaceOfSearch();
  const [only, setOnly] = useState(place?.reading ?? false);
  const [recent, setRecent] = useState(recentSearches);
  const [active, setActive] = useState(0);
  const [before, setBefore] = useState(words);
  if (before !== words) {
    setBefore(words);
    setActive(0);
  }
  const within = only ? place?.slug : undefined;
  const said = words.trim();
  const series = useQuery({ ...seriesByTitleQuery(asked), enabled: asked !== "" && !within });
  const found = useQuery({ ...quickSearchQuery({ q: asked, series: within }), enabled: asked !== "" });
  const looking = said !== asked || found.isFetching;

  const options = useMemo<Option[]>(() => {
    if (!said) {
      return recent.map((one) => ({ id: `recent-${one}`, group: "recent", stays: true, act: () => onWords(one), label: <RecentRow words={one} /> }));
    }
    const titles = asked && !within ? (series.data?.items ?? []).slice(0, SERIES) : [];
    const hits = asked ? (found.data?.items ?? []) : [];
    return [
      ...titles.map((one): Option => ({ id: one.id, group: "series", label: <SeriesRow series={one} />, act: () => void navigate({ to: "/series/$slug", params: { slug: one.slug } }) })),
      ...hits.map((hit): Option => ({
        id: hit.id,
        group: "hits",
        label: <HitRow hit={hit} />,
        act: () =>
          void (hit.episode && hit.page
            ? navigate({ to: "/read/$episodeId", params: { episodeId: hit.episode.id }, search: readerSearchOf(hit) })
            : navigate({ to: "/series/$slug", params: { slug: hit.series.slug } })),
      })),
      { id: "all", group: "more", label: <MoreRow icon="search" words={text("search.palette.all", { words: said })} />, act: () => void navigate({ to: "/search", search: { q: said, series: within } }) },
      ...(within ? [] : [{ id: "shelf", group: "more" as const, label: <MoreRow icon="shelf" words={text("search.palette.shelf", { words: said })} />, act: () => void navigate({ to: "/", search: { search: said } }) }]),
    ];
  }, [said, asked, within, recent, series.data, found.data, navigate, onWords, text]);

  const at = Math.min(active, options.length - 1);
  const choose = (option: Option | undefined) => {
    if (!option) return;
    if (said) rememberSearch(said);
    option.act();
    if (!option.stays) onClose();
  };
  const key = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.nativeEvent.isComposing) return;
    if (step !== undefined && options.length) {
      event.preventDefault();
      const next = (at + step + options.length) % options.length;
      setActive(next);
      document.getElementById(`${list}-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(options[at]);
    }
  };
  const nothing = said !== "" && !looking && options.every(({ group }) => group === "more");

  return (
    <>
      <div className={styles.field}>
        <Search size={19} strokeWidth={1.7} aria-hidden />
        <input
          ref={takeFocus}
          data-autofocus
          type="text"
          role="combobox"
          aria-label={text("search.title")}
          aria-expanded={options.length > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={options.length ? `${list}-${at}` : undefined}
          value={words}
          onChange={(event) => onWords(event.target.value)}
          onKeyDown={key}
          placeholder={text(within ? "search.palette.placeholderIn" : "search.palette.placeholder", { title: place?.title })}
          maxLength={500}
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="search"
        />
        <IconButton icon={X} label={text("common.close")} onClick={onClose} />
      </div>
      {place ? (
        <div className={styles.scope}>
          <label className={styles.pill} data-chosen={only || undefined}>
            <input type="checkbox" className="unseen" checked={only} onChange={(event) => setOnly(event.target.checked)} />
            {text("search.palette.only", { title: place.title })}
          </label>
        </div>
      ) : null}
      <div id={list} role="listbox" aria-label={text("search.palette.results")} className={styles.list} data-empty={options.length === 0 || undefined}>
        {GROUPS.map((group) => {
          const own = options.map((option, index) => ({ option, index })).filter(({ option }) => option.group === group);
          return own.length ? (
            <div key={group} role="group" aria-labelledby={`${list}-${group}`} className={styles.group}>
              <span id={`${list}-${group}`} className={group === "more" ? "unseen" : styles.heading} role="presentation">
                {text(`search.palette.groups.${group}`)}
              </span>
              {own.map(({ option, index }) => (
                // The keys are the field's, as in any combobox: the focus never comes here.
                // eslint-disable-next-line jsx-a11y/click-events-have-key-events
                <div
                  key={option.id}
                  id={`${list}-${index}`}
                  role="option"
                  aria-selected={index === at}
                  tabIndex={-1}
                  className={styles.option}
                  onPointerMove={() => setActive(index)}
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => choose(option)}
                >
                  {option.label}
                </div>
              ))}
            </div>
          ) : null;
        })}
      </div>
      {said && looking && !found.data ? <Waiting /> : null}
      {nothing ? <p className={styles.note}>{text("search.palette.nothing")}</p> : null}
      {said === asked && found.data?.corrected ? <p className={styles.note}>{text("search.corrected", { words: said, instead: found.data.corrected })}</p> : null}
      {said && found.data?.words_alone ? <p className={styles.note}>{text("search.wordsAlone")}</p> : null}
      {!said ? (
        <p className={styles.note}>
          {text("search.start.detail")}
          {recent.length ? (
            <button
              type="button"
              className={styles.link}
              onClick={() => {
                forgetSearches();
                setRecent([]);
              }}
            >
              {text("search.palette.forget")}
            </button>
          ) : null}
        </p>
      ) : null}
      <p className="unseen" role="status">
        {said && !looking ? text("search.palette.count", { series: options.filter(({ group }) => group === "series").length, hits: options.filter(({ group }) => group === "hits").length }) : ""}
      </p>
    </>
  );
}

function RecentRow({ words }: { words: string }) {
  return (
    <span className={styles.row}>
      <History size={16} strokeWidth={1.7} aria-hidden />
      <span>{words}</span>
    </span>
  );
}

function SeriesRow({ series }: { series: SeriesCard }) {
  const text = useText();
  return (
    <span className={styles.row}>
      <span className={styles.cover}>
        <Cover cover={series.cover} title="" />
      </span>
      <span className={styles.two}>
        <strong>{series.title}</strong>
        <span>{text("shelf.episodes", { count: series.episode_count })}</span>
      </span>
    </span>
  );
}

function HitRow({ hit }: { hit: SearchHit }) {
  const text = useText();
  return (
    <span className={styles.row}>
      <HitPicture hit={hit} className={styles.crop} pixels={240} />
      <span className={styles.two}>
        <Marked hit={hit} most={140} />
        <span>{placeOfHit(hit, text)}</span>
      </span>
    </span>
  );
}

function MoreRow({ icon, words }: { icon: "search" | "shelf"; words: string }) {
  const Sign = icon === "search" ? Search : LibraryBig;
  return (
    <span className={styles.row}>
      <Sign size={16} strokeWidth={1.7} aria-hidden />
      <span>{words}</span>
    </span>
  );
}

function Waiting() {
  return (
    <div className={styles.waiting} aria-hidden>
      {[1, 2, 3].map((one) => (
        <span key={one} className={styles.row}>
          <span className={styles.crop}>
            <Skeleton height="100%" round={6} />
          </span>
          <span className={styles.two}>
            <Skeleton width="80%" height={14} />
            <Skeleton width="40%" height={12} />
          </span>
        </span>
      ))}
    </div>
  );
}

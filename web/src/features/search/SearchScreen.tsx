import { useDebouncedCallback } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Eye, Info, Search, SearchX, SpellCheck } from "lucide-react";
import { useState } from "react";

import { seriesQuery } from "~/api/library";
import { sessionQuery } from "~/api/session";
import { searchQuery } from "~/api/understanding";
import { useText } from "~/lib/language";
import { Button } from "~/ui/Button";
import { Failure, Panel } from "~/ui/Failure";
import { useTitle } from "~/ui/useTitle";

import { Filters, type Filtered } from "./Filters";
import { HitCard, HitSkeleton } from "./HitCard";
import { ReadElsewhere } from "./ReadElsewhere";
import { kindsMeant } from "./model/kinds";
import { rememberSearch } from "./model/recent";
import styles from "./search.module.css";

const route = getRouteApi("/inside/shell/search");
const PAUSE = 300;

/** `/search`: what was said, shown and told on the pages that have been read. Everything that is asked is in the address. */
export function SearchScreen() {
  const text = useText();
  const navigate = route.useNavigate();
  const { q = "", kind, ...where } = route.useSearch();
  const words = q.trim();
  const [asking, setAsking] = useState(false);
  const signedIn = useQuery(sessionQuery).data?.user != null;
  const series = useQuery({ ...seriesQuery(where.series ?? ""), enabled: where.series !== undefined }).data ?? null;
  const found = useInfiniteQuery({ ...searchQuery({ q: words, ...where, kinds: kindsMeant(kind) }), enabled: words !== "" });
  const hits = found.data?.pages.flatMap(({ items }) => items) ?? [];
  const wordsAlone = found.data?.pages.some(({ words_alone }) => words_alone) ?? false;
  const corrected = hits.length ? (found.data?.pages[0]?.corrected ?? null) : null;
  const filtered = Boolean(kind ?? where.series ?? where.language ?? where.character);
  useTitle(words ? text("search.titleOf", { words }) : text("search.title"));

  const change = (changed: Partial<Filtered & { q: string | undefined }>) => void navigate({ search: (before) => ({ ...before, ...changed }), replace: true });
  const elsewhere = signedIn ? (
    <Button icon={Eye} onClick={() => setAsking(true)}>
      {text("search.elsewhere.offer")}
    </Button>
  ) : null;

  return (
    <div className={styles.screen}>
      <h1>{text("search.title")}</h1>
      <Field words={words} onSearch={(next) => change({ q: next || undefined })} />
      <Filters filtered={{ kind, ...where }} onChange={change} />
      <p className="unseen" role="status">
        {words && found.data ? text(found.hasNextPage ? "search.countMore" : "search.count", { count: hits.length }) : ""}
        {words && wordsAlone ? ` ${text("search.wordsAlone")}` : ""}
        {words && corrected ? ` ${text("search.corrected", { words, instead: corrected })}` : ""}
      </p>
      {words && corrected ? (
        <p className={styles.aside}>
          <SpellCheck size={16} strokeWidth={1.7} aria-hidden />
          {text("search.corrected", { words, instead: corrected })}
        </p>
      ) : null}
      {words && wordsAlone ? (
        <p className={styles.aside}>
          <Info size={16} strokeWidth={1.7} aria-hidden />
          {text("search.wordsAlone")}
        </p>
      ) : null}
      {!words ? (
        <Panel icon={Search} title={text("search.start.title")} actions={elsewhere}>
          <p>{text("search.start.detail")}</p>
        </Panel>
      ) : found.isError ? (
        <Failure error={found.error} retry={() => void found.refetch()} />
      ) : found.isPending ? (
        <div className={styles.hits} aria-busy="true">
          {[1, 2, 3, 4].map((one) => (
            <HitSkeleton key={one} />
          ))}
        </div>
      ) : hits.length === 0 ? (
        <Panel
          icon={SearchX}
          title={text("search.nothing.title", { words })}
          actions={
            <>
              {filtered ? <Button onClick={() => change({ kind: undefined, series: undefined, language: undefined, character: undefined })}>{text("search.nothing.unfiltered")}</Button> : null}
              {elsewhere}
            </>
          }
        >
          <p>{series ? text("search.nothing.inSeries", { title: series.title }) : text("search.nothing.detail")}</p>
        </Panel>
      ) : (
        <>
          <ol className={styles.hits}>
            {hits.map((hit) => (
              <li key={hit.id}>
                <HitCard hit={hit} onOpen={() => rememberSearch(words)} />
              </li>
            ))}
          </ol>
          <div className={styles.more}>
            {found.hasNextPage ? (
              <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
                {text("search.more")}
              </Button>
            ) : null}
            <p>
              {text("search.onlyRead")}{" "}
              {signedIn ? (
                <button type="button" className={styles.link} onClick={() => setAsking(true)}>
                  {text("search.elsewhere.offer")}
                </button>
              ) : null}
            </p>
          </div>
        </>
      )}
      {asking ? <ReadElsewhere series={series ? { id: series.id, title: series.title } : null} onClose={() => setAsking(false)} /> : null}
    </div>
  );
}

/** What is typed is looked for after a short pause; Enter looks at once and remembers it. */
function Field({ words, onSearch }: { words: string; onSearch: (words: string) => void }) {
  const text = useText();
  const [typed, setTyped] = useState(words);
  const [last, setLast] = useState(words);
  // The address changed by itself, as when somebody goes back: the field follows it.
  if (last !== words) {
    setLast(words);
    if (typed.trim() !== words) setTyped(words);
  }
  const later = useDebouncedCallback(onSearch, PAUSE);
  return (
    <search>
      <form
        className={styles.field}
        onSubmit={(event) => {
          event.preventDefault();
          rememberSearch(typed);
          onSearch(typed.trim());
        }}
      >
        <Search size={18} strokeWidth={1.7} aria-hidden />
        <input
          type="search"
          // eslint-disable-next-line jsx-a11y/no-autofocus -- searching is all that this screen is for, and it opens empty
          autoFocus={!words}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            later(event.target.value.trim());
          }}
          placeholder={text("search.placeholder")}
          aria-label={text("search.title")}
          maxLength={500}
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="search"
        />
      </form>
    </search>
  );
}

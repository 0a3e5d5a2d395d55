import { Menu } from "@mantine/core";
import { useInfiniteQuery, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ArrowDownUp, BookOpen, ListChecks, Plus, Rows3, LayoutGrid } from "lucide-react";
import { useCallback, useMemo } from "react";

import { seriesListQuery, type SeriesFilter, type SeriesSort } from "~/api/library";
import { collectionsQuery } from "~/api/lists";
import { continueQuery } from "~/api/reading";
import { sessionQuery } from "~/api/session";
import { useText } from "~/lib/language";
import { useSelection } from "~/lib/useSelection";
import { ButtonLink, IconButton } from "~/ui/Button";
import { Failure, Panel } from "~/ui/Failure";
import { Pills } from "~/ui/Pills";
import { useTitle } from "~/ui/useTitle";

import { ContinueRow } from "./ContinueRow";
import { FilterMenu } from "./FilterMenu";
import { Narrowed } from "./Narrowed";
import { NewRow } from "./NewRow";
import { NothingFound } from "./NothingFound";
import { SeriesActions } from "./SeriesActions";
import { GridSkeleton, SeriesGrid } from "./SeriesGrid";
import { SeriesTable } from "./SeriesTable";
import styles from "./ShelfScreen.module.css";
import { constraintsOf, lifted, type Narrowing } from "./narrowing";

const route = getRouteApi("/inside/shell/");
const filters: SeriesFilter[] = ["all", "unread", "reading", "read", "new"];
const sorts: SeriesSort[] = ["title", "added", "updated", "last_read"];

export function ShelfScreen() {
  const text = useText();
  const navigate = route.useNavigate();
  const { view, ...search } = route.useSearch();
  const { user } = useSuspenseQuery(sessionQuery).data;
  const mayEdit = user?.role === "owner" || user?.role === "editor";
  const list = useInfiniteQuery(seriesListQuery(search));
  const continuing = useQuery(continueQuery).data?.items.length ?? 0;
  const collections = useQuery({ ...collectionsQuery, enabled: user !== null }).data?.items ?? [];
  const series = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const total = list.data?.pages[0]?.total ?? 0;
  const order = useMemo(() => series.map(({ id }) => id), [series]);
  const selection = useSelection(order);
  const constraints = constraintsOf(search, collections, text);
  const narrowed = constraints.length > 0;
  const searching = Boolean(search.search);
  useTitle(text("rooms.shelf"));

  const change = (next: Partial<typeof search & { view: "table" | undefined }>) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true });
  const lift = (...which: Narrowing[]) => void navigate({ search: (before) => lifted(before, ...which), replace: true });
  const { fetchNextPage, isFetchingNextPage } = list;
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);

  if (list.data && total === 0 && !narrowed) {
    return (
      <Panel
        level={1}
        icon={BookOpen}
        title={text("shelf.empty.title")}
        actions={
          mayEdit ? (
            <ButtonLink to="/import" tone="accent" icon={Plus}>
              {text("shell.add")}
            </ButtonLink>
          ) : null
        }
      >
        <p>{text(mayEdit ? "shelf.empty.editor" : "shelf.empty.reader")}</p>
      </Panel>
    );
  }

  const Title = continuing && !searching && view !== "table" ? "h2" : "h1";
  return (
    <>
      {searching || view === "table" ? null : <ContinueRow />}
      {narrowed || view === "table" ? null : <NewRow total={total} level={continuing ? 2 : 1} />}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the key acts on the cover that has the focus */}
      <section
        aria-labelledby="series"
        onKeyDown={(event) => {
          const id = (event.target as HTMLElement).dataset.tile;
          if (event.key === "x" && mayEdit && id) selection.start(id);
          if (event.key === "Escape" && selection.active) selection.stop();
        }}
      >
        <div className={styles.head}>
          <Title id="series" className={styles.title}>
            {searching ? text("shelf.found", { count: total, words: search.search }) : text("shelf.series")}
          </Title>
          <div className={styles.tools}>
            <Pills
              label={text("shelf.filter")}
              value={search.filter ?? "all"}
              options={filters.map((value) => ({ value, label: text(`shelf.filters.${value}`) }))}
              onChange={(value) => change({ filter: value === "all" ? undefined : value })}
            />
            <div className={styles.signs}>
              <FilterMenu search={search} collections={collections} onChange={change} />
              <Menu>
                <Menu.Target>
                  <IconButton icon={ArrowDownUp} label={text("shelf.sort")} />
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Label>{text("shelf.sort")}</Menu.Label>
                  <Menu.RadioGroup
                    value={search.sort ?? "title"}
                    onChange={(sort) => change({ sort: sort === "title" ? undefined : (sort as SeriesSort), order: undefined })}
                  >
                    {sorts.map((sort) => (
                      <Menu.RadioItem key={sort} value={sort} closeMenuOnClick>
                        {text(`shelf.sorts.${sort}`)}
                      </Menu.RadioItem>
                    ))}
                  </Menu.RadioGroup>
                </Menu.Dropdown>
              </Menu>
              {mayEdit ? (
                <>
                  <IconButton
                    icon={view === "table" ? LayoutGrid : Rows3}
                    label={text(view === "table" ? "shelf.asCovers" : "shelf.asTable")}
                    onClick={() => change({ view: view === "table" ? undefined : "table" })}
                  />
                  <IconButton
                    icon={ListChecks}
                    label={text("selection.start")}
                    aria-pressed={selection.active}
                    onClick={() => (selection.active ? selection.stop() : selection.start())}
                  />
                </>
              ) : null}
            </div>
          </div>
        </div>
        <Narrowed constraints={constraints.filter(({ by }) => by !== "search" && by !== "filter")} onLift={lift} />
        {list.isError ? (
          <Failure error={list.error} retry={() => void list.refetch()} />
        ) : !list.data ? (
          <GridSkeleton />
        ) : total === 0 ? (
          <NothingFound search={search} constraints={constraints} onLift={lift} />
        ) : view === "table" ? (
          <SeriesTable
            series={series}
            total={total}
            more={more}
            sort={search.sort ?? "title"}
            order={search.order ?? "asc"}
            onSort={(sort, direction) => change({ sort, order: direction })}
            chosen={selection.ids}
            toggle={selection.toggle}
          />
        ) : (
          <SeriesGrid series={series} total={total} more={more} choosing={selection.active ? { chosen: selection.ids, toggle: selection.toggle } : null} />
        )}
        {selection.active ? <SeriesActions chosen={series.filter(({ id }) => selection.ids.has(id))} selection={selection} order={order} /> : null}
      </section>
    </>
  );
}

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { apiUrl } from "~/lib/base";

import {
  editEpisode,
  editManyEpisodes,
  editManySeries,
  editSeries,
  forgetMissing as forgetMissingCall,
  getEpisode,
  getPageTexts,
  getPlotSummary as getPlotSummaryCall,
  getSeries,
  listFacets,
  listSeries,
  listSeriesEpisodes,
  mergeSeries as mergeSeriesCall,
  moveEpisodes as moveEpisodesCall,
  renumberEpisodes as renumberEpisodesCall,
  splitSeries as splitSeriesCall,
  undoEdit as undoEditCall,
  type ListSeriesData,
  type SeriesFilter,
  type SeriesSort,
} from "./generated";
import { answer } from "./http";
import type { EpisodeChanges, SameNumber, SeriesChanges } from "./types";

export type { SeriesFilter, SeriesSort };

type ListSeriesQuery = NonNullable<ListSeriesData["query"]>;
export interface SeriesSearch {
  search?: string | undefined;
  sort?: SeriesSort | undefined;
  order?: "asc" | "desc" | undefined;
  filter?: SeriesFilter | undefined;
  collection?: string | undefined;
  language?: string | undefined;
  tag?: string | undefined;
}

const AT_ONCE = 60;

/** Query parameters without those that were not given. */
function given(search: SeriesSearch): ListSeriesQuery {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

export const seriesListQuery = (search: SeriesSearch) =>
  infiniteQueryOptions({
    queryKey: ["series", "list", search],
    queryFn: ({ pageParam, signal }) =>
      answer(listSeries({ query: { ...given(search), limit: AT_ONCE, ...(pageParam === null ? {} : { cursor: pageParam }) }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: (previous) => previous,
  });

export const newestSeriesQuery = queryOptions({
  queryKey: ["series", "newest"],
  queryFn: ({ signal }) => answer(listSeries({ query: { filter: "new", sort: "updated", limit: 12 }, signal })),
});

/** How many series a search would find. */
export const seriesCountQuery = (search: SeriesSearch) =>
  queryOptions({
    queryKey: ["series", "count", search],
    queryFn: async ({ signal }) => (await answer(listSeries({ query: { ...given(search), limit: 1 }, signal }))).total,
  });

/** Tags, languages and age ratings in use. */
export const facetsQuery = queryOptions({ queryKey: ["series", "facets"], queryFn: ({ signal }) => answer(listFacets({ signal })) });

/** Series whose title holds the text, for pickers. */
export const seriesByTitleQuery = (search: string) =>
  queryOptions({
    queryKey: ["series", "by-title", search],
    queryFn: ({ signal }) => answer(listSeries({ query: { search, limit: 20 }, signal })),
    placeholderData: (previous) => previous,
  });

export const seriesQuery = (slug: string) =>
  queryOptions({ queryKey: ["series", "one", slug], queryFn: ({ signal }) => answer(getSeries({ path: { slug }, signal })) });

export const episodesQuery = (slug: string) =>
  queryOptions({
    queryKey: ["series", "one", slug, "episodes"],
    queryFn: async ({ signal }) => {
      const first = await answer(listSeriesEpisodes({ path: { slug }, signal }));
      const items = [...first.items];
      // A thousand come at once; what is longer is fetched to its end, for "continue" may be there.
      for (let cursor = first.next_cursor; cursor; ) {
        const more = await answer(listSeriesEpisodes({ path: { slug }, query: { cursor }, signal }));
        items.push(...more.items);
        cursor = more.next_cursor;
      }
      return { items };
    },
  });

export const episodeQuery = (id: string) =>
  queryOptions({ queryKey: ["episodes", id], queryFn: ({ signal }) => answer(getEpisode({ path: { episode_id: id }, signal })) });

export const pageTextsQuery = (pageId: string, language: string) =>
  queryOptions({
    queryKey: ["pages", pageId, "texts", language],
    queryFn: ({ signal }) => answer(getPageTexts({ path: { page_id: pageId }, query: { lang: language }, signal })),
    staleTime: Infinity,
  });

export const changeSeries = (id: string, body: SeriesChanges) => answer(editSeries({ path: { series_id: id }, body }));
export const changeManySeries = (ids: string[], set: SeriesChanges, tags: { add_tags?: string[]; remove_tags?: string[] } = {}) =>
  answer(editManySeries({ body: { ids, set, ...tags } }));
/** What an episode is about, to its end, for who edits it: readers are told when they have read it whole. */
export const plotSummary = async (id: string) => (await answer(getPlotSummaryCall({ path: { episode_id: id } }))).plot_summary;
export const changeEpisode = (id: string, body: EpisodeChanges) => answer(editEpisode({ path: { episode_id: id }, body }));
export const changeManyEpisodes = (ids: string[], set: EpisodeChanges) => answer(editManyEpisodes({ body: { ids, set } }));
export const mergeSeries = (into: string, from: string[], sameNumber: SameNumber) =>
  answer(mergeSeriesCall({ body: { into, from, same_number: sameNumber } }));
export const splitSeries = (id: string, episodeIds: string[], title: string) =>
  answer(splitSeriesCall({ path: { series_id: id }, body: { episode_ids: episodeIds, title } }));
export const moveEpisodes = (episodeIds: string[], seriesId: string, sameNumber: SameNumber) =>
  answer(moveEpisodesCall({ body: { episode_ids: episodeIds, to_series_id: seriesId, same_number: sameNumber } }));
export const renumberEpisodes = (episodeIds: string[], start: string, step: string) =>
  answer(renumberEpisodesCall({ body: { episode_ids: episodeIds, start, step } }));
export const forgetMissing = (seriesId: string) => answer(forgetMissingCall({ path: { series_id: seriesId } }));
export const undoEdit = (editId: string) => answer(undoEditCall({ path: { edit_id: editId } }));

/** Where a whole episode can be fetched as one CBZ file. */
export const downloadUrl = (episodeId: string) => apiUrl(`episodes/${episodeId}/download`);

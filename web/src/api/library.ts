import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { apiUrl } from "~/lib/base";

import { call } from "./http";
import type { Edited, EpisodeCard, EpisodeChanges, EpisodeDetail, Listing, PageTexts, SameNumber, SeriesCard, SeriesChanges, SeriesDetail } from "./types";

export type SeriesFilter = "all" | "unread" | "reading" | "read" | "new";
export type SeriesSort = "title" | "added" | "updated" | "last_read";

export interface SeriesSearch {
  search?: string;
  sort?: SeriesSort;
  order?: "asc" | "desc";
  filter?: SeriesFilter;
  collection?: string;
  language?: string;
  tag?: string;
}

const PAGE = 60;

export const seriesListQuery = (search: SeriesSearch) =>
  infiniteQueryOptions({
    queryKey: ["series", "list", search],
    queryFn: ({ pageParam, signal }) =>
      call<Listing<SeriesCard>>("GET", "series", { query: { ...search, limit: PAGE, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: (previous) => previous,
  });

export const newestSeriesQuery = queryOptions({
  queryKey: ["series", "newest"],
  queryFn: ({ signal }) => call<Listing<SeriesCard>>("GET", "series", { query: { filter: "new", sort: "updated", order: "desc", limit: 12 }, signal }),
});

/** Series whose title holds the text, for pickers. */
export const seriesByTitleQuery = (search: string) =>
  queryOptions({
    queryKey: ["series", "by-title", search],
    queryFn: ({ signal }) => call<Listing<SeriesCard>>("GET", "series", { query: { search, sort: "title", limit: 20 }, signal }),
    placeholderData: (previous) => previous,
  });

export const seriesQuery = (slug: string) =>
  queryOptions({
    queryKey: ["series", "one", slug],
    queryFn: ({ signal }) => call<SeriesDetail>("GET", `series/${encodeURIComponent(slug)}`, { signal }),
  });

export const episodesQuery = (slug: string) =>
  queryOptions({
    queryKey: ["series", "one", slug, "episodes"],
    queryFn: ({ signal }) => call<{ items: EpisodeCard[] }>("GET", `series/${encodeURIComponent(slug)}/episodes`, { signal }),
  });

export const episodeQuery = (id: string) =>
  queryOptions({
    queryKey: ["episodes", id],
    queryFn: ({ signal }) => call<EpisodeDetail>("GET", `episodes/${id}`, { signal }),
  });

export const pageTextsQuery = (pageId: string, language: string) =>
  queryOptions({
    queryKey: ["pages", pageId, "texts", language],
    queryFn: ({ signal }) => call<PageTexts>("GET", `pages/${pageId}/texts`, { query: { lang: language }, signal }),
    staleTime: Infinity,
  });

export const changeSeries = (id: string, set: SeriesChanges) => call<Edited>("PATCH", `series/${id}`, { body: set });
export const changeManySeries = (ids: string[], set: SeriesChanges, tags: { add_tags?: string[]; remove_tags?: string[] } = {}) =>
  call<Edited>("PATCH", "series", { body: { ids, set, ...tags } });
export const changeEpisode = (id: string, set: EpisodeChanges) => call<Edited>("PATCH", `episodes/${id}`, { body: set });
export const changeManyEpisodes = (ids: string[], set: EpisodeChanges) => call<Edited>("PATCH", "episodes", { body: { ids, set } });
export const mergeSeries = (into: string, from: string[], sameNumber: SameNumber) =>
  call<Edited>("POST", "series/merge", { body: { into, from, same_number: sameNumber } });
export const splitSeries = (id: string, episodeIds: string[], title: string) =>
  call<Edited & { slug: string }>("POST", `series/${id}/split`, { body: { episode_ids: episodeIds, title } });
export const moveEpisodes = (episodeIds: string[], seriesId: string, sameNumber: SameNumber) =>
  call<Edited>("POST", "episodes/move", { body: { episode_ids: episodeIds, to_series_id: seriesId, same_number: sameNumber } });
export const renumberEpisodes = (episodeIds: string[], start: string, step: string) =>
  call<Edited>("POST", "episodes/renumber", { body: { episode_ids: episodeIds, start, step } });
export const forgetMissing = (seriesId: string) => call<{ episodes: number; series: number }>("DELETE", `series/${seriesId}/missing`);
export const undoEdit = (editId: string) => call<Edited>("POST", `edits/${editId}/undo`);

/** Where a whole episode can be fetched as one CBZ file. */
export const downloadUrl = (episodeId: string) => apiUrl(`episodes/${episodeId}/download`);

import { queryOptions } from "@tanstack/react-query";

import { call } from "./http";
import type { Collection, CollectionDetail, Listing, ReadingList, ReadingListDetail } from "./types";

export const collectionsQuery = queryOptions({
  queryKey: ["collections"],
  queryFn: ({ signal }) => call<Listing<Collection>>("GET", "collections", { signal }),
});
export const collectionQuery = (id: string) =>
  queryOptions({
    queryKey: ["collections", id],
    queryFn: ({ signal }) => call<CollectionDetail>("GET", `collections/${id}`, { signal }),
  });
export const makeCollection = (name: string) => call<Collection>("POST", "collections", { body: { name } });
export const renameCollection = (id: string, name: string) => call<Collection>("PATCH", `collections/${id}`, { body: { name } });
export const deleteCollection = (id: string) => call<undefined>("DELETE", `collections/${id}`);
export const arrangeCollection = (id: string, seriesIds: string[]) => call<undefined>("PUT", `collections/${id}/series`, { body: seriesIds });

export const readingListsQuery = queryOptions({
  queryKey: ["reading-lists"],
  queryFn: ({ signal }) => call<Listing<ReadingList>>("GET", "reading-lists", { signal }),
});
export const readingListQuery = (id: string) =>
  queryOptions({
    queryKey: ["reading-lists", id],
    queryFn: ({ signal }) => call<ReadingListDetail>("GET", `reading-lists/${id}`, { signal }),
  });
export const makeReadingList = (name: string) => call<ReadingList>("POST", "reading-lists", { body: { name } });
export const renameReadingList = (id: string, name: string) => call<ReadingList>("PATCH", `reading-lists/${id}`, { body: { name } });
export const deleteReadingList = (id: string) => call<undefined>("DELETE", `reading-lists/${id}`);
export const arrangeReadingList = (id: string, episodeIds: string[]) => call<undefined>("PUT", `reading-lists/${id}/episodes`, { body: episodeIds });

import { queryOptions } from "@tanstack/react-query";

import {
  createCollection,
  createReadingList,
  deleteCollection as deleteCollectionCall,
  deleteReadingList as deleteReadingListCall,
  getCollection,
  getReadingList,
  listCollections,
  listReadingLists,
  putCollectionSeries,
  putReadingListEpisodes,
  renameCollection as renameCollectionCall,
  renameReadingList as renameReadingListCall,
} from "./generated";
import { answer } from "./http";

export const collectionsQuery = queryOptions({
  queryKey: ["collections"],
  queryFn: ({ signal }) => answer(listCollections({ signal })),
});
export const collectionQuery = (id: string) =>
  queryOptions({
    queryKey: ["collections", id],
    queryFn: ({ signal }) => answer(getCollection({ path: { collection_id: id }, signal })),
  });
export const makeCollection = (name: string) => answer(createCollection({ body: { name } }));
export const renameCollection = (id: string, name: string) => answer(renameCollectionCall({ path: { collection_id: id }, body: { name } }));
export const deleteCollection = (id: string) => answer(deleteCollectionCall({ path: { collection_id: id } }));
export const arrangeCollection = (id: string, seriesIds: string[]) =>
  answer(putCollectionSeries({ path: { collection_id: id }, body: seriesIds }));

export const readingListsQuery = queryOptions({
  queryKey: ["reading-lists"],
  queryFn: ({ signal }) => answer(listReadingLists({ signal })),
});
export const readingListQuery = (id: string) =>
  queryOptions({
    queryKey: ["reading-lists", id],
    queryFn: ({ signal }) => answer(getReadingList({ path: { list_id: id }, signal })),
  });
export const makeReadingList = (name: string) => answer(createReadingList({ body: { name } }));
export const renameReadingList = (id: string, name: string) => answer(renameReadingListCall({ path: { list_id: id }, body: { name } }));
export const deleteReadingList = (id: string) => answer(deleteReadingListCall({ path: { list_id: id } }));
export const arrangeReadingList = (id: string, episodeIds: string[]) =>
  answer(putReadingListEpisodes({ path: { list_id: id }, body: episodeIds }));

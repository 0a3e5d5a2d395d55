import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import {
  addLibraryRoot,
  cancelActivity as cancelActivityCall,
  listActivities,
  listLibraryRoots,
  listWhatCouldNotBeRead,
  removeLibraryRoot,
  scanLibrary,
  scanLibraryRoot,
  type Started,
} from "./generated";
import { answer, upload } from "./http";

export const rootsQuery = queryOptions({ queryKey: ["roots"], queryFn: ({ signal }) => answer(listLibraryRoots({ signal })) });
export const addRoot = (path: string, seriesTitle: string | null) => answer(addLibraryRoot({ body: { path, series_title: seriesTitle } }));
export const removeRoot = (id: string) => answer(removeLibraryRoot({ path: { root_id: id } }));
export const scanRoot = (id: string) => answer(scanLibraryRoot({ path: { root_id: id } }));
export const scanAll = () => answer(scanLibrary());

export interface NamedFile {
  file: File;
  /** A file's folder says which book a loose page belongs to, so it travels with the name. */
  path: string;
}

export const sendFiles = (
  files: NamedFile[],
  seriesTitle: string,
  options: { onProgress: (sent: number, total: number) => void; signal: AbortSignal },
) => {
  const form = new FormData();
  if (seriesTitle) form.append("series_title", seriesTitle);
  for (const { file, path } of files) form.append("files", file, path);
  return upload<Started>("uploads", form, options);
};

export const problemsQuery = infiniteQueryOptions({
  queryKey: ["problems"],
  queryFn: ({ pageParam, signal }) => answer(listWhatCouldNotBeRead({ query: pageParam === null ? {} : { cursor: pageParam }, signal })),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next_cursor,
});

export const activitiesQuery = queryOptions({ queryKey: ["activities"], queryFn: ({ signal }) => answer(listActivities({ signal })) });
export const cancelActivity = (id: string) => answer(cancelActivityCall({ path: { activity_id: id } }));

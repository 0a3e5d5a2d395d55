import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { call, upload } from "./http";
import type { Activity, ImportProblem, Listing, Root } from "./types";

export const rootsQuery = queryOptions({
  queryKey: ["roots"],
  queryFn: ({ signal }) => call<Listing<Root>>("GET", "roots", { signal }),
});
export const addRoot = (path: string, seriesTitle: string | null) =>
  call<Root>("POST", "roots", { body: { path, series_title: seriesTitle } });
export const removeRoot = (id: string) => call<undefined>("DELETE", `roots/${id}`);
export const scanRoot = (id: string) => call<{ activity_id: string }>("POST", `roots/${id}/scan`);
export const scanAll = () => call<{ activity_id: string }>("POST", "scan");

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
  return upload<{ activity_id: string }>("uploads", form, options);
};

export const problemsQuery = infiniteQueryOptions({
  queryKey: ["problems"],
  queryFn: ({ pageParam, signal }) => call<Listing<ImportProblem>>("GET", "problems", { query: { cursor: pageParam, limit: 100 }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next_cursor,
});

export const activitiesQuery = queryOptions({
  queryKey: ["activities"],
  queryFn: ({ signal }) => call<Listing<Activity>>("GET", "activities", { signal }),
});
export const cancelActivity = (id: string) => call<undefined>("POST", `activities/${id}/cancel`);

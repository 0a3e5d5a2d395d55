import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import {
  addLibraryRoot,
  cancelActivity as cancelActivityCall,
  listActivities,
  listLibraryRoots,
  listWhatCouldNotBeRead,
  removeLibraryRoot,
  retryActivity as retryActivityCall,
  scanLibrary,
  scanLibraryRoot,
  type Started,
} from "./generated";
import { answer, upload } from "./http";
import type { Activity } from "./types";

export const rootsQuery = queryOptions({ queryKey: ["roots"], queryFn: ({ signal }) => answer(listLibraryRoots({ signal })) });
export const addRoot = (path: string, seriesTitle: string | null) => answer(addLibraryRoot({ body: { path, series_title: seriesTitle } }));
export const removeRoot = (id: string) => answer(removeLibraryRoot({ path: { root_id: id } }));
export const scanRoot = (id: string) => answer(scanLibraryRoot({ path: { root_id: id } }));
export const scanAll = () => answer(scanLibrary());
/** Looks for changes everywhere, and tries again what could not be read before. */
export const retryProblems = () => answer(scanLibrary({ query: { retry_failed: true } }));

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

/**
 * Does again what failed of it. Work that broke off is taken up where it was; books and pages that could not be read are
 * no broken work, so those are read again by a scan of the folder they are in.
 */
export async function retryActivity(activity: Activity): Promise<void> {
  const again = await answer(retryActivityCall({ path: { activity_id: activity.id } }));
  if (again.state === "queued" || again.state === "running") return;
  const { path } = activity.detail;
  const root = typeof path === "string" ? (await answer(listLibraryRoots())).items.find((one) => one.path === path) : undefined;
  if (root) await answer(scanLibraryRoot({ path: { root_id: root.id }, query: { retry_failed: true } }));
  else await retryProblems();
}

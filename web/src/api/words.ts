import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { apiUrl } from "~/lib/base";

import { getText, getTextHistory, importTexts, listTexts, previewText, putText, resetText, type ListTextsData, type PreviewWanted } from "./generated";
import { answer } from "./http";

export type { TextDetail, TextItem, TextPage, TextPreview, TextState } from "./generated";

export type TextFilters = Omit<ListTextsData["query"], "cursor" | "limit">;
export type Variant = NonNullable<TextFilters["variant"]>;
/** Where a text is: a language, for some readers, a key. */
export interface TextPlace {
  language: string;
  variant: Variant;
  key: string;
}

export const textsQuery = (filters: TextFilters) =>
  infiniteQueryOptions({
    queryKey: ["admin", "texts", filters],
    queryFn: ({ signal, pageParam }) => answer(listTexts({ query: { ...filters, limit: 80, ...(pageParam ? { cursor: pageParam } : {}) }, signal })),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: (before) => before,
  });

export const textQuery = (place: TextPlace) => queryOptions({ queryKey: ["admin", "text", place], queryFn: ({ signal }) => answer(getText({ path: { ...place }, signal })) });
export const textHistoryQuery = (place: TextPlace) =>
  queryOptions({ queryKey: ["admin", "text", place, "history"], queryFn: ({ signal }) => answer(getTextHistory({ path: { ...place }, signal })) });
export const textPreviewQuery = (wanted: PreviewWanted) =>
  queryOptions({ queryKey: ["admin", "text-preview", wanted], queryFn: ({ signal }) => answer(previewText({ body: wanted, signal })), placeholderData: (before) => before, staleTime: 60_000 });

export const changeText = (place: TextPlace, value: string) => answer(putText({ path: { ...place }, body: { value } }));
export const takeTextBack = (place: TextPlace) => answer(resetText({ path: { ...place } }));
export const takeOverTexts = (yaml: string, check: boolean) => answer(importTexts({ body: { yaml, check } }));
/** Where a browser fetches the texts of a language as a file; `everything`: those that are not said otherwise, too. */
export const textFileUrl = (language: string, everything: boolean) => apiUrl(`admin/words/file?language=${encodeURIComponent(language)}${everything ? "&everything=true" : ""}`);

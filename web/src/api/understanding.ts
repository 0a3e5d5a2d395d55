import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { apiUrl } from "~/lib/base";

import {
  getCharacter,
  getPageCharacters,
  getPageNotes,
  getPagePanels,
  getPageTranscript,
  listSeriesCharacters,
  searchLibrary,
  type PassageKind,
} from "./generated";
import { answer } from "./http";
import type { Box } from "./types";

export interface Words {
  q: string;
  /** A series' slug. */
  series?: string | undefined;
  character?: string | undefined;
  language?: string | undefined;
  kinds?: readonly PassageKind[] | undefined;
}

const asked = ({ q, series, character, language, kinds }: Words) => ({
  q,
  ...(series ? { series } : {}),
  ...(character ? { character } : {}),
  ...(language ? { language } : {}),
  ...(kinds?.length ? { kind: [...kinds] } : {}),
});

const AT_ONCE = 20;

/** What is found on the pages that the reader has seen, best first. */
export const searchQuery = (words: Words) =>
  infiniteQueryOptions({
    queryKey: ["search", words],
    queryFn: ({ pageParam, signal }) =>
      answer(searchLibrary({ query: { ...asked(words), limit: AT_ONCE, ...(pageParam === null ? {} : { cursor: pageParam }) }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? null,
    // What has been read since may be found now.
    staleTime: 10_000,
  });

/** The few best, while somebody types. */
export const quickSearchQuery = (words: Words) =>
  queryOptions({
    queryKey: ["search", "quick", words],
    queryFn: ({ signal }) => answer(searchLibrary({ query: { ...asked(words), limit: 6 }, signal })),
    placeholderData: (previous) => previous,
    staleTime: 10_000,
  });

export const panelsQuery = (pageId: string) =>
  queryOptions({ queryKey: ["pages", pageId, "panels"], queryFn: ({ signal }) => answer(getPagePanels({ path: { page_id: pageId }, signal })), staleTime: 5 * 60_000, retry: false });

export const transcriptQuery = (pageId: string, language: string | null) =>
  queryOptions({
    queryKey: ["pages", pageId, "transcript", language],
    queryFn: ({ signal }) => answer(getPageTranscript({ path: { page_id: pageId }, query: language ? { lang: language } : {}, signal })),
    staleTime: 5 * 60_000,
    retry: false,
  });

/** Whoever is on a page that has been seen; `next` and `previous` stop where the reader stopped. */
export const pageCharactersQuery = (pageId: string) =>
  queryOptions({
    queryKey: ["pages", pageId, "characters"],
    queryFn: ({ signal }) => answer(getPageCharacters({ path: { page_id: pageId }, signal })),
    retry: false,
  });

/** Everybody in a series who has been met. */
export const seriesCharactersQuery = (slug: string) =>
  queryOptions({
    queryKey: ["series", "one", slug, "characters"],
    queryFn: ({ signal }) => answer(listSeriesCharacters({ path: { slug }, signal })),
    retry: false,
  });

/** Somebody, as they are known on a page that has been seen. */
export const characterQuery = (id: string, pageId: string) =>
  queryOptions({
    queryKey: ["characters", id, pageId],
    queryFn: ({ signal }) => answer(getCharacter({ path: { character_id: id }, query: { page: pageId }, signal })),
    retry: false,
  });

/** What the makers said about a page. */
export const pageNotesQuery = (pageId: string) =>
  queryOptions({
    queryKey: ["pages", pageId, "notes"],
    queryFn: ({ signal }) => answer(getPageNotes({ path: { page_id: pageId }, signal })),
    retry: false,
  });

/** The address of a part of a page's picture; only who has seen the page may have it. */
export function cropUrl(pageId: string, { x, y, width, height }: Box, { lang, pixels = 480 }: { lang?: string | null; pixels?: number } = {}): string {
  const part = new URLSearchParams({ x: share(x), y: share(y), w: share(width), h: share(height), width: String(pixels) });
  if (lang) part.set("lang", lang);
  return apiUrl(`pages/${pageId}/crop?${part.toString()}`);
}

const share = (value: number) => Math.min(1, Math.max(0, value)).toFixed(4);

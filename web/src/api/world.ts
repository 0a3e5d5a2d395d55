import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { getArticle, getCharacter, getEntity, getWorld, listCharacterPages, listWiki } from "./generated";
import { answer } from "./http";

/** `page` is the page that somebody is on, which they must have seen; null for all that they have read. */
const at = (page: string | null) => (page === null ? {} : { page });

export const worldQuery = (slug: string, page: string | null) =>
  queryOptions({
    queryKey: ["series", "one", slug, "world", page],
    queryFn: ({ signal }) => answer(getWorld({ path: { slug }, query: at(page), signal })),
    // The world of the page before stays until that of the next is here.
    placeholderData: (previous, query) => (query?.queryKey[2] === slug ? previous : undefined),
    retry: false,
  });

export const entityQuery = (id: string, page: string | null) =>
  queryOptions({
    queryKey: ["entities", id, page],
    queryFn: ({ signal }) => answer(getEntity({ path: { entity_id: id }, query: at(page), signal })),
    placeholderData: (previous, query) => (query?.queryKey[1] === id ? previous : undefined),
    retry: false,
  });

/** Somebody with their other names and where they were met. */
export const knownCharacterQuery = (id: string, page: string | null) =>
  queryOptions({
    queryKey: ["characters", id, page],
    queryFn: ({ signal }) => answer(getCharacter({ path: { character_id: id }, query: at(page), signal })),
    retry: false,
  });

const PAGES_AT_ONCE = 24;

/** The pages that somebody is on, in reading order, as far as was read. */
export const pagesWithQuery = (id: string, page: string | null) =>
  infiniteQueryOptions({
    queryKey: ["characters", id, page, "pages"],
    queryFn: ({ pageParam, signal }) =>
      answer(listCharacterPages({ path: { character_id: id }, query: { ...at(page), limit: PAGES_AT_ONCE, ...(pageParam === null ? {} : { cursor: pageParam }) }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? null,
    retry: false,
  });

/** The articles of which something may be known. */
export const wikiQuery = (slug: string, page: string | null) =>
  queryOptions({
    queryKey: ["series", "one", slug, "wiki", page],
    queryFn: ({ signal }) => answer(listWiki({ path: { slug }, query: at(page), signal })),
    placeholderData: (previous, query) => (query?.queryKey[2] === slug ? previous : undefined),
    retry: false,
  });

export const articleQuery = (id: string, page: string | null) =>
  queryOptions({
    queryKey: ["wiki", id, page],
    queryFn: ({ signal }) => answer(getArticle({ path: { article_id: id }, query: at(page), signal })),
    placeholderData: (previous, query) => (query?.queryKey[1] === id ? previous : undefined),
    retry: false,
  });

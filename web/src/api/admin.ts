import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { confirmConsentCountries, exportDeeds as exportDeedsCall, houseStatus, listConsentCountries, listDeeds, listDeedWords, type ListDeedsData } from "./generated";
import { answer } from "./http";

/** How the house is; asked again and again while somebody looks. */
export const houseQuery = queryOptions({
  queryKey: ["admin", "status"],
  queryFn: ({ signal }) => answer(houseStatus({ signal })),
  refetchInterval: 10_000,
});

export type DeedFilters = Omit<NonNullable<ListDeedsData["query"]>, "cursor" | "limit">;

export const deedsQuery = (filters: DeedFilters) =>
  infiniteQueryOptions({
    queryKey: ["admin", "audit", filters],
    queryFn: ({ signal, pageParam }) => answer(listDeeds({ query: { ...filters, limit: 60, ...(pageParam ? { cursor: pageParam } : {}) }, signal })),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });

export const deedWordsQuery = queryOptions({ queryKey: ["admin", "audit", "words"], queryFn: ({ signal }) => answer(listDeedWords({ signal })) });

/** What the filters leave, as a file of lines and columns. */
export const exportDeeds = (filters: DeedFilters) => answer(exportDeedsCall({ query: filters, parseAs: "blob" }));

export const countriesQuery = queryOptions({ queryKey: ["admin", "countries"], queryFn: ({ signal }) => answer(listConsentCountries({ signal })) });
export const confirmCountry = (country: string) => answer(confirmConsentCountries({ body: { confirm: [{ country }] } }));
export const doubtCountry = (country: string) => answer(confirmConsentCountries({ body: { doubt: [country] } }));

import { QueryCache, QueryClient } from "@tanstack/react-query";

import { Problem } from "~/api/http";
import { sessionQuery } from "~/api/session";

/** What the server says to somebody who must first say who they are, or for whom somebody no longer says yes. */
const NARROWED = new Set(["onboarding_needed", "consent_needed"]);

/** A client that retries only what may pass by itself, and notices when the session has ended. */
export function makeQueryClient(): QueryClient {
  const queries: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (error instanceof Problem && (error.status === 401 || NARROWED.has(error.code)) && query.queryKey[0] !== sessionQuery.queryKey[0]) {
          void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
        }
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) => failures < 2 && !(error instanceof Problem && error.status < 500),
        retryDelay: (attempt) => 400 * 2 ** attempt,
      },
    },
  });
  return queries;
}

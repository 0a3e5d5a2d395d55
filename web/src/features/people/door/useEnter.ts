import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useState } from "react";

import { nextRoom, sessionQuery } from "~/api/session";
import type { Session } from "~/api/types";
import { isLanguage, useLanguage } from "~/lib/language";

/** Lets a new session take the place of what was known before, in the language of its person. */
export function useEnter(): (session: Session) => Promise<void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { language, choose } = useLanguage();
  return useCallback(
    async (session: Session) => {
      // What another person saw on this device goes; a mutation that is under way stays.
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
      queries.setQueryData(sessionQuery.queryKey, session);
      const theirs = session.user?.language ?? "";
      if (isLanguage(theirs) && theirs !== language) await choose(theirs).catch(() => undefined);
      await navigate({ to: nextRoom(session), replace: true });
    },
    [queries, navigate, language, choose],
  );
}

/** The token of a one-time link, from the part of the address that is never sent to a server or written to its logs. */
export function tokenOf(hash: string, name = "token"): string {
  return new URLSearchParams(hash.replace(/^[^#]*#/, "").replace(/^#/, "")).get(name) ?? "";
}

/**
 * The token that somebody was sent here with. Another link may be opened in the same window: only what stands after the
 * # changes then, and no new page is loaded. Give what is shown the token as its key, so that it begins anew.
 */
export function useLinked(name = "token"): string {
  const [token, setToken] = useState(() => tokenOf(window.location.hash, name));
  useEffect(() => {
    const another = () => setToken((before) => tokenOf(window.location.hash, name) || before);
    window.addEventListener("hashchange", another);
    return () => window.removeEventListener("hashchange", another);
  }, [name]);
  return token;
}

/** Takes the token out of the address bar, where others might see it and a reload would try it again. */
export function forgetToken(): void {
  window.history.replaceState(window.history.state, "", window.location.pathname);
}

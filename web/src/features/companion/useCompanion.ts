import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";

import { ask, changeSession, messagesQuery, openingsQuery, startSession, stopAnswer, type CompanionSession, type Message, type Mode, type SessionChange } from "~/api/companion";
import { Problem } from "~/api/http";
import { sessionQuery } from "~/api/session";
import { deviceId } from "~/lib/device";
import { useLanguage } from "~/lib/language";

import { follow, forget, liveOf, showAsked, useLive } from "./live";
import { Follower } from "./model/follower";
import { isFolded, itemsOf } from "./model/thread";

/** The conversation that was chosen beside a series; else the server goes on with the latest. */
const chosen = new Map<string, string>();
const choosers = new Set<() => void>();

function choose(seriesId: string, conversationId: string | null) {
  if (conversationId === null) chosen.delete(seriesId);
  else chosen.set(seriesId, conversationId);
  for (const tell of choosers) tell();
}

function useChosen(seriesId: string): string | null {
  return useSyncExternalStore(
    (tell) => {
      choosers.add(tell);
      return () => choosers.delete(tell);
    },
    () => chosen.get(seriesId) ?? null,
  );
}

const MODE = "fumetto-ask-mode";

function rememberedMode(): Mode {
  try {
    return localStorage.getItem(MODE) === "wiki" ? "wiki" : "page";
  } catch {
    return "page";
  }
}

const hopeless = (error: unknown) => error instanceof Problem && error.status >= 400 && error.status < 500 && ![401, 408, 429].includes(error.status);
const sessionKey = (episodeId: string, conversationId: string | null) => ["companion", "session", episodeId, conversationId];

interface Place {
  seriesId: string;
  episodeId: string;
  /** The page where the reader is, once it has been seen; nothing is told of one that has not. */
  pageId: string | null;
  /** The page that lies open. Who asks about it has seen it. */
  openId: string | null;
}

/** A conversation beside the page: what was said, what is being answered, and the ways to ask. */
export function useCompanion({ seriesId, episodeId, pageId, openId }: Place) {
  const queries = useQueryClient();
  const { language } = useLanguage();
  const wanted = useChosen(seriesId);
  const key = sessionKey(episodeId, wanted);
  const opened = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => startSession({ episode_id: episodeId, device: deviceId(), ...(pageId ? { page_id: pageId } : {}), ...(wanted ? { conversation_id: wanted } : {}) }, signal),
    enabled: pageId !== null,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    retry: (failures, error) => failures < 2 && !(error instanceof Problem),
  });
  const session = opened.data ?? null;
  const sessionId = session?.id ?? "";
  const conversationId = session?.conversation.id ?? null;

  const listed = useInfiniteQuery({ ...messagesQuery(sessionId), enabled: session !== null });
  const known = useMemo(() => [...(listed.data?.pages ?? [])].reverse().flatMap(({ items }) => items), [listed.data]);
  const live = useLive(conversationId);
  const items = useMemo(() => itemsOf(known, live), [known, live]);

  const [mode, setMode] = useState(rememberedMode);
  const changeMode = (next: Mode) => {
    setMode(next);
    try {
      localStorage.setItem(MODE, next);
    } catch {
      // Storage is switched off: it lasts as long as the panel.
    }
  };
  const openings = useQuery({ ...openingsQuery(sessionId, mode), enabled: session !== null && listed.isSuccess && items.every(({ kind }) => kind === "folded") });

  const keep = useCallback(
    (next: CompanionSession) => {
      queries.setQueriesData<CompanionSession>({ queryKey: ["companion", "session"] }, (one) => (one?.id === next.id ? next : one));
      void queries.invalidateQueries({ queryKey: ["companion", "openings", next.id] });
      return queries.invalidateQueries({ queryKey: ["companion", "messages", next.id] });
    },
    [queries],
  );
  const change = useMutation({ mutationFn: (what: SessionChange) => changeSession(sessionId, what), onSuccess: keep });

  useEffect(() => {
    if (conversationId !== null) forgetEnded(conversationId);
  }, [conversationId]);

  const follower = useRef<Follower | null>(null);
  const startPage = useRef<string | null>(null);
  useEffect(() => {
    startPage.current = session?.page_id ?? null;
  });
  useEffect(() => {
    if (!sessionId) return undefined;
    const send = async (page: string) => {
      const next = await changeSession(sessionId, { page_id: page });
      forgetEnded(next.conversation.id);
      void keep(next);
    };
    const made = new Follower(startPage.current, send, hopeless);
    follower.current = made;
    return () => {
      made.stop();
      follower.current = null;
    };
  }, [sessionId, keep]);
  useEffect(() => {
    if (pageId) follower.current?.note(pageId);
  }, [pageId, sessionId]);
  useEffect(() => {
    // Another tab may have gone elsewhere in the same session.
    const back = () => {
      follower.current?.doubt();
      if (pageId) follower.current?.note(pageId);
    };
    window.addEventListener("focus", back);
    return () => window.removeEventListener("focus", back);
  }, [pageId]);

  const refresh = useCallback(() => {
    void queries.invalidateQueries({ queryKey: ["companion", "messages"] });
    void queries.invalidateQueries({ queryKey: ["companion", "conversations"] });
    void queries.invalidateQueries({ queryKey: ["companion", "memory"] });
    void queries.invalidateQueries({ queryKey: ["companion", "limits"] });
    // An answer may have ended because somebody took back that it may be asked for.
    void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
  }, [queries]);

  // A question that is being answered already: asked before a reload, or in another tab.
  const running = known.findLast((one): one is Message => !isFolded(one) && one.author === "user" && one.state === "running");
  useEffect(() => {
    if (!running || conversationId === null || liveOf(conversationId)) return;
    follow({ conversationId, question: null, questionId: running.id, answerId: running.answer_id ?? `answer-to-${running.id}`, mode: running.mode === "wiki" ? "wiki" : "page", onEnd: refresh });
  }, [running, conversationId, refresh]);

  const asking = useMutation({
    // Shown at once, and also while there is no connection: it is sent as soon as that is back.
    onMutate: ({ text, mode: how, requestId }) => {
      if (conversationId !== null) showAsked(conversationId, stub(text, how, requestId));
    },
    mutationFn: async ({ text, mode: how, requestId }: { text: string; mode: Mode; requestId: string }) => {
      if (!session || conversationId === null) throw new Error("no session");
      try {
        if (openId) await follower.current?.flush(openId);
        const { question, answer_id: answerId } = await ask(session.id, { text, mode: how, language, request_id: requestId });
        follow({ conversationId, question, questionId: question.id, answerId, mode: how, onEnd: refresh });
      } catch (error) {
        forget(conversationId);
        if (error instanceof Problem && error.code === "consent_needed") void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
        if (error instanceof Problem && error.code === "companion_busy" && typeof error.values.question_id === "string") {
          follow({ conversationId, question: null, questionId: error.values.question_id, answerId: `answer-to-${error.values.question_id}`, mode: how, onEnd: refresh });
          void queries.invalidateQueries({ queryKey: ["companion", "messages"] });
        }
        throw error;
      }
    },
  });

  const stop = useMutation({ mutationFn: stopAnswer });
  const fresh = useMutation({
    mutationFn: () => startSession({ episode_id: episodeId, device: deviceId(), new: true, ...(pageId ? { page_id: pageId } : {}), ...(session?.persona ? { persona_id: session.persona.id } : {}) }),
    onSuccess: (made) => {
      queries.setQueryData(sessionKey(episodeId, made.conversation.id), made);
      choose(seriesId, made.conversation.id);
      void queries.invalidateQueries({ queryKey: ["companion", "conversations"] });
    },
  });

  return {
    session,
    opening: opened,
    listed,
    items,
    live,
    mode,
    changeMode,
    openings: openings.data?.items ?? [],
    /** Whether there is nothing here that could be asked about. */
    bare: openings.data?.items.length === 0 && !openings.isPlaceholderData,
    change,
    asking,
    stop,
    fresh,
    choose: (conversation: string | null) => choose(seriesId, conversation),
    refresh,
  };
}

/** What is over is the list's to show, or to fold away. */
function forgetEnded(conversationId: string): void {
  if (liveOf(conversationId)?.turn.end) forget(conversationId);
}

export type Talk = ReturnType<typeof useCompanion>;

function stub(text: string, mode: Mode, id: string): Message {
  return {
    kind: "message",
    id,
    author: "user",
    mode,
    language: "",
    content: text,
    state: "running",
    sentences: [],
    citations: [],
    suggestions: [],
    found: true,
    model: "",
    note: "",
    withheld: 0,
    latency_ms: null,
    created_at: "",
    answers_id: null,
    answer_id: null,
  };
}

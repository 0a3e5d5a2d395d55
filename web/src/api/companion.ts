import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { apiUrl } from "~/lib/base";

import {
  askCompanion,
  cancelCompanionTurn,
  changeCompanionConversation,
  changeCompanionSession,
  changeMemory,
  deleteAllMemory,
  deleteCompanionConversation,
  deleteMemory,
  getCompanionTrace,
  getLimits,
  giveFeedback,
  listCompanionConversations,
  listCompanionMessages,
  listCompanionSuggestions,
  listMemory,
  listModels,
  listPersonas,
  openCompanionSession,
  replayCompanionAnswer,
  takeFeedbackBack,
  type ChatSessionChange,
  type MessageCitation,
  type MessageFeedback,
  type MessageSentence,
  type MessageSuggestion,
  type Question,
  type Replay as ReplayOut,
  type Session,
  type SessionStart,
} from "./generated";
import { answer } from "./http";

export type { ConversationItem as Conversation, Folded, MemoryList as Memory, Message } from "./generated";
export type Replay = ReplayOut;
export type Citation = MessageCitation;
export type Sentence = MessageSentence;
export type Suggestion = MessageSuggestion;
/** What a reader thinks of an answer. */
export type Opinion = MessageFeedback;
export type CompanionSession = Session;
export type SessionChange = ChatSessionChange;
/** What an answer is drawn from: the page and what came before it, or what is known of the story's world. */
export type Mode = NonNullable<Question["mode"]>;

/** A session beside an episode: of the conversation that is named, else of the latest about the series. */
export const startSession = (body: SessionStart, signal?: AbortSignal) => answer(openCompanionSession({ body, ...(signal ? { signal } : {}) }));
export const changeSession = (id: string, body: SessionChange) => answer(changeCompanionSession({ path: { session_id: id }, body }));

/** What was said, newest last; what needs more than is known at the session's page is folded. */
export const messagesQuery = (sessionId: string) =>
  infiniteQueryOptions({
    queryKey: ["companion", "messages", sessionId],
    queryFn: ({ pageParam, signal }) => answer(listCompanionMessages({ path: { session_id: sessionId }, query: pageParam === null ? {} : { cursor: pageParam }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? null,
    staleTime: 5_000,
  });

export const openingsQuery = (sessionId: string, mode: Mode) =>
  queryOptions({
    queryKey: ["companion", "openings", sessionId, mode],
    queryFn: ({ signal }) => answer(listCompanionSuggestions({ path: { session_id: sessionId }, query: { mode }, signal })),
    placeholderData: (before) => before,
    retry: false,
  });

export const ask = (sessionId: string, body: Question) => answer(askCompanion({ path: { session_id: sessionId }, body }));
export const stopAnswer = (questionId: string) => answer(cancelCompanionTurn({ path: { question_id: questionId } }));
export const eventsUrl = (questionId: string) => apiUrl(`companion/turns/${questionId}/events`);

/** Conversations about a series, as far as they may be told at a session's page. */
export const conversationsQuery = (series: string | null, session: string | null, q: string) =>
  infiniteQueryOptions({
    queryKey: ["companion", "conversations", series, session, q],
    queryFn: ({ pageParam, signal }) =>
      answer(listCompanionConversations({ query: { ...(series ? { series_id: series } : {}), ...(session ? { session_id: session } : {}), ...(q ? { q } : {}), ...(pageParam === null ? {} : { cursor: pageParam }) }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? null,
    placeholderData: (before) => before,
  });

export const renameConversation = (id: string, title: string) => answer(changeCompanionConversation({ path: { conversation_id: id }, body: { title } }));
export const deleteConversation = (id: string) => answer(deleteCompanionConversation({ path: { conversation_id: id } }));
export const exportUrl = (id: string, format: "json" | "markdown") => apiUrl(`companion/conversations/${id}/export?format=${format}`);

export const traceQuery = (answerId: string) =>
  queryOptions({ queryKey: ["companion", "trace", answerId], queryFn: ({ signal }) => answer(getCompanionTrace({ path: { answer_id: answerId }, signal })), retry: false });

/** The answer that was given, and the one that would be given now. */
export const replayAnswer = (answerId: string) => answer(replayCompanionAnswer({ path: { answer_id: answerId } }));

export const thinkOf = (answerId: string, body: Opinion) => answer(giveFeedback({ path: { answer_id: answerId }, body }));
export const thinkNothingOf = (answerId: string) => answer(takeFeedbackBack({ path: { answer_id: answerId } }));

export const personasQuery = (seriesId: string) =>
  queryOptions({ queryKey: ["companion", "personas", seriesId], queryFn: ({ signal }) => answer(listPersonas({ query: { series_id: seriesId }, signal })), retry: false, staleTime: 5 * 60_000 });

/** The models that may answer, and how they do. */
export const modelsQuery = queryOptions({ queryKey: ["companion", "models"], queryFn: ({ signal }) => answer(listModels({ signal })), retry: false, staleTime: 60_000 });
/** What may still be spent on models that cost something. */
export const limitsQuery = queryOptions({ queryKey: ["companion", "limits"], queryFn: ({ signal }) => answer(getLimits({ signal })), retry: false, staleTime: 30_000 });

export const memoryQuery = queryOptions({ queryKey: ["companion", "memory"], queryFn: ({ signal }) => answer(listMemory({ signal })) });
export const correctMemory = (id: string, words: string) => answer(changeMemory({ path: { item_id: id }, body: { text: words } }));
export const forget = (id: string) => answer(deleteMemory({ path: { item_id: id } }));
export const forgetAll = () => answer(deleteAllMemory());

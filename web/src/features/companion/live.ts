import { useSyncExternalStore } from "react";

import { eventsUrl, type Message, type Mode } from "~/api/companion";
import { followEvents, StreamRefused } from "~/lib/eventStream";

import { answering, asked, type Answering } from "./model/answering";

/** A question and what is being done with it. `question` is null where it was asked elsewhere and the list has it. */
export interface Live {
  question: Message | null;
  turn: Answering;
}

interface Kept {
  live: Live;
  stop: AbortController;
}

/** Answers on their way, by conversation. They go on while the panel is closed, or another episode is opened. */
const kept = new Map<string, Kept>();
const listeners = new Set<() => void>();

function tell() {
  for (const listener of listeners) listener();
}

export function useLive(conversationId: string | null): Live | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => (conversationId === null ? null : (kept.get(conversationId)?.live ?? null)),
  );
}

export function liveOf(conversationId: string): Live | null {
  return kept.get(conversationId)?.live ?? null;
}

interface Begin {
  conversationId: string;
  question: Message | null;
  questionId: string;
  answerId: string;
  mode: Mode;
  /** The answer is there, or will not come. */
  onEnd: () => void;
}

/** Shows a question before the server has it. */
export function showAsked(conversationId: string, question: Message): void {
  forget(conversationId);
  kept.set(conversationId, { live: { question, turn: asked("", `answer-to-${question.id}`, question.mode === "wiki" ? "wiki" : "page") }, stop: new AbortController() });
  tell();
}

/** Follows an answer to its end, through lost connections. */
export function follow({ conversationId, question, questionId, answerId, mode, onEnd }: Begin): void {
  if (kept.get(conversationId)?.live.turn.questionId === questionId) return;
  forget(conversationId);
  const entry: Kept = { live: { question, turn: asked(questionId, answerId, mode) }, stop: new AbortController() };
  kept.set(conversationId, entry);
  tell();
  const change = (next: Parameters<typeof answering>[1]) => {
    const turn = answering(entry.live.turn, next);
    if (turn === entry.live.turn || kept.get(conversationId) !== entry) return;
    entry.live = { ...entry.live, turn };
    tell();
  };
  void followEvents(eventsUrl(questionId), {
    signal: entry.stop.signal,
    onEvent: (event) => {
      change({ type: "event", event });
      return entry.live.turn.end !== null;
    },
    onLost: () => change({ type: "lost" }),
    onBack: () => change({ type: "back" }),
  })
    .catch((error: unknown) => change({ type: "failed", code: error instanceof StreamRefused && error.status === 404 ? "gone" : "refused" }))
    .finally(() => {
      if (!entry.stop.signal.aborted) onEnd();
    });
}

/** Nothing is shown of it any more; what the server knows stays. */
export function forget(conversationId: string): void {
  const entry = kept.get(conversationId);
  if (!entry) return;
  entry.stop.abort();
  kept.delete(conversationId);
  tell();
}

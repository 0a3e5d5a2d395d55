import type { Folded, Message } from "~/api/companion";

import { messageOf, type Answering } from "./answering";

/** What the panel shows, from top to bottom. */
export type Item = { kind: "message"; message: Message; live: boolean } | { kind: "folded"; count: number; key: string };

/** How a turn ends that the reader stopped before anything came. */
export const STOPPED = "answer_cancelled";

export const isFolded = (one: Message | Folded): one is Folded => "folded" in one;

interface Live {
  question: Message | null;
  turn: Answering;
}

/**
 * What was said, with the question that is being answered and as much of its answer as there is. The list may know of
 * both already, or of neither yet; nothing stands there twice.
 */
export function itemsOf(known: readonly (Message | Folded)[], live: Live | null): Item[] {
  const items: Item[] = [];
  const ids = new Set(known.map((one) => (isFolded(one) ? "" : one.id)));
  const { turn, question } = live ?? {};
  const stopped = turn?.end?.kind === "failed" && turn.end.code === STOPPED;
  const over = turn !== undefined && known.some((one) => !isFolded(one) && one.id === turn.answerId && one.state !== "running");
  for (const one of known) {
    if (isFolded(one)) {
      const last = items.at(-1);
      if (last?.kind === "folded") last.count += one.folded;
      else if (one.folded > 0) items.push({ kind: "folded", count: one.folded, key: `folded-${items.length}` });
    } else if (one.author === "user" || one.state !== "running") items.push({ kind: "message", message: stopped && one.id === turn.questionId ? { ...one, state: "cancelled" } : one, live: false });
  }
  if (!turn || over) return items;
  if (turn.end?.kind === "folded") return items;
  if (question && !ids.has(question.id)) items.push({ kind: "message", message: stopped ? { ...question, state: "cancelled" } : question, live: false });
  if (stopped) return items;
  items.push({ kind: "message", message: turn.end?.kind === "done" ? turn.end.message : messageOf(turn), live: turn.end === null });
  return items;
}

/** Whether a question came to nothing: it is over, and there is no answer to it. */
export function isUnanswered(items: readonly Item[], question: Message): boolean {
  if (question.state === "running" || question.state === "done") return false;
  return !items.some((item) => item.kind === "message" && item.message.answers_id === question.id);
}

/** The question that an answer is to. */
export function questionOf(items: readonly Item[], answer: Message): Message | null {
  for (const item of items) if (item.kind === "message" && item.message.id === answer.answers_id) return item.message;
  return null;
}

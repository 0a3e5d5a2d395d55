import { describe, expect, test } from "vitest";

import type { Message } from "~/api/companion";

import { answering, asked } from "./answering";
import { isUnanswered, itemsOf, questionOf } from "./thread";

const message = (id: string, more: Partial<Message> = {}): Message => ({
  kind: "message",
  id,
  author: "assistant",
  mode: "page",
  language: "en",
  content: id,
  state: "done",
  sentences: [{ text: id, citations: [] }],
  citations: [],
  suggestions: [],
  found: true,
  model: "builtin",
  note: "",
  withheld: 0,
  latency_ms: 1,
  created_at: "",
  answers_id: null,
  answer_id: null,
  ...more,
});
const question = (id: string, more: Partial<Message> = {}) => message(id, { author: "user", ...more });
const shown = (...given: Parameters<typeof itemsOf>) => itemsOf(...given).map((item) => (item.kind === "folded" ? `(${item.count})` : `${item.message.id}${item.live ? "…" : ""}`));
const turn = asked("q2", "a2", "page");
const done = answering(turn, { type: "event", event: { id: "1", type: "done", data: JSON.stringify({ message: message("a2", { answers_id: "q2" }) }) } });

describe("a conversation", () => {
  test("shows the question that is being answered, whether or not the list has it", () => {
    const before = [question("q1"), message("a1")];
    const live = { question: question("q2", { state: "running" }), turn };
    expect(shown(before, live)).toEqual(["q1", "a1", "q2", "a2…"]);
    expect(shown([...before, live.question], live)).toEqual(["q1", "a1", "q2", "a2…"]);
    expect(shown([...before, live.question, message("a2", { state: "running" })], live)).toEqual(["q1", "a1", "q2", "a2…"]);
    expect(shown([...before, live.question], { question: null, turn })).toEqual(["q1", "a1", "q2", "a2…"]);
  });

  test("shows an answer that is there once, and in the same place", () => {
    const live = { question: question("q2"), turn: done };
    expect(shown([question("q1"), message("a1")], live)).toEqual(["q1", "a1", "q2", "a2"]);
    expect(shown([question("q1"), message("a1"), question("q2"), message("a2")], live)).toEqual(["q1", "a1", "q2", "a2"]);
  });

  test("folds what follows each other away as one, and an answer that was withdrawn", () => {
    expect(shown([question("q1"), { kind: "folded", folded: 2 }, { kind: "folded", folded: 1 }], null)).toEqual(["q1", "(3)"]);
    expect(shown([{ kind: "folded", folded: 0 }], null)).toEqual([]);
    const folded = answering(turn, { type: "event", event: { id: "1", type: "folded", data: "{}" } });
    expect(shown([question("q1"), { kind: "folded", folded: 1 }], { question: question("q2"), turn: folded })).toEqual(["q1", "(1)"]);
  });

  test("knows a question that came to nothing from one that is answered, even in part, or on its way", () => {
    const stopped = question("q1", { state: "cancelled" });
    const part = message("a1", { state: "cancelled", answers_id: "q1" });
    expect(isUnanswered(itemsOf([stopped], null), stopped)).toBe(true);
    expect(isUnanswered(itemsOf([stopped, part], null), stopped)).toBe(false);
    expect(isUnanswered(itemsOf([question("q2", { state: "running" })], null), question("q2", { state: "running" }))).toBe(false);
  });

  test("says of a question that was stopped before anything came that it was, whether or not the list knows", () => {
    const end = answering(turn, { type: "event", event: { id: "1", type: "failed", data: JSON.stringify({ code: "answer_cancelled", retry: false }) } });
    for (const known of [[], [question("q2", { state: "running" })]]) {
      const [only, ...more] = itemsOf(known, { question: question("q2", { state: "running" }), turn: end });
      expect(more).toEqual([]);
      expect(only).toMatchObject({ message: { id: "q2", state: "cancelled" } });
    }
  });

  test("knows what an answer answers", () => {
    const items = itemsOf([question("q1"), message("a1", { answers_id: "q1" })], null);
    expect(questionOf(items, message("a1", { answers_id: "q1" }))?.id).toBe("q1");
    expect(questionOf(items, message("a9", { answers_id: "q9" }))).toBeNull();
  });
});

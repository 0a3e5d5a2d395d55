import { describe, expect, test } from "vitest";

import { answering, asked, messageOf, type Answering } from "./answering";

let number = 0;
const event = (type: string, data: unknown, id = ++number) => ({ type: "event" as const, event: { id: String(id), type, data: typeof data === "string" ? data : JSON.stringify(data) } });
const run = (...changes: Parameters<typeof answering>[1][]) => changes.reduce(answering, asked("q", "a", "page"));

const citation = (at: number) => ({ number: at, id: `c${at}`, kind: "dialogue", quote: "Too dangerous" });
const message = { id: "a", author: "assistant", sentences: [{ text: "It is.", citations: [1] }], citations: [citation(1)] };

function whole() {
  number = 0;
  return [
    event("started", { question_id: "q", answer_id: "a", mode: "page", model: "builtin", built_in: true }),
    event("retrieved", { passages: 4, pages: 2 }),
    event("citation", citation(1)),
    event("sentence", { number: 1, text: "Shichimi says it.", citations: [1], language: null }),
    event("sentence", { number: 2, text: "It is a potion.", citations: [], language: "en" }),
    event("suggestions", { items: [{ text: "Who is Saffron?", mode: "page" }, { text: "" }, 7] }),
    event("done", { message }),
  ];
}

describe("an answer on its way", () => {
  test("says what is being done, step by step", () => {
    const phases = whole().reduce<{ now: Answering; said: string[] }>(
      ({ now, said }, change) => {
        const next = answering(now, change);
        return { now: next, said: [...said, next.phase] };
      },
      { now: asked("q", "a", "page"), said: [] },
    );
    expect(phases.said).toEqual(["looking", "reading", "reading", "writing", "writing", "writing", "over"]);
    expect(phases.now).toMatchObject({ builtIn: true, found: { passages: 4, pages: 2 }, suggestions: [{ text: "Who is Saffron?", mode: "page" }], end: { kind: "done", message } });
  });

  test("takes what is sent twice after a lost connection once", () => {
    const events = whole();
    const cut = events.slice(0, 4);
    const again = run(...cut, { type: "lost" }, { type: "back" }, ...events.slice(1, 6));
    expect(again.sentences.map(({ text }) => text)).toEqual(["Shichimi says it.", "It is a potion."]);
    expect(again.citations).toHaveLength(1);
    expect(again.lost).toBe(false);
  });

  test("is lost for as long as nothing comes", () => {
    const lost = run(...whole().slice(0, 4), { type: "lost" });
    expect(lost).toMatchObject({ lost: true, phase: "writing" });
    expect(answering(lost, event("sentence", { text: "On.", citations: [] }, 9)).lost).toBe(false);
  });

  test("is withdrawn when the reader pages back meanwhile", () => {
    const folded = run(...whole().slice(0, 5), event("folded", {}));
    expect(folded).toMatchObject({ sentences: [], citations: [], suggestions: [], end: { kind: "folded" } });
    expect(answering(folded, event("sentence", { text: "Later.", citations: [] }, 99))).toBe(folded);
  });

  test("keeps what had come when it fails, and says why", () => {
    const failed = run(...whole().slice(0, 4), event("failed", { code: "model_gone", title: "Gone", detail: "The model is gone.", retry: false }));
    expect(failed.sentences).toHaveLength(1);
    expect(failed.end).toEqual({ kind: "failed", code: "model_gone", title: "Gone", detail: "The model is gone.", retry: false });
    expect(messageOf(failed)).toMatchObject({ id: "a", state: "failed", content: "Shichimi says it." });
  });

  test("tells each note once", () => {
    const noted = run(event("note", { code: "fallback_unreachable", text: "Quoting." }, 1), event("note", { code: "fallback_unreachable", text: "Quoting." }, 2), event("note", { code: "limit_near", text: "Nearly." }, 3));
    expect(noted.notes.map(({ code }) => code)).toEqual(["fallback_unreachable", "limit_near"]);
  });

  test.each(["", "{", "[]", "null", "<html>", '"words"', "{}"])("is not harmed by %j for an event", (data) => {
    for (const type of ["started", "retrieved", "citation", "sentence", "note", "suggestions", "unheard-of"]) {
      const now = run(event(type, data, 1));
      expect(now.end).toBeNull();
      expect(now.sentences).toEqual([]);
      expect(now.citations).toEqual([]);
    }
  });

  test("that ends with half a message has failed, and may be asked again", () => {
    expect(run(event("done", { message: { id: "a" } }, 1)).end).toMatchObject({ kind: "failed", code: "garbled", retry: true });
  });
});

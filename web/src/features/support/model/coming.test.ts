import { expect, test } from "vitest";

import { heardOf } from "./coming";

const begun = { question: "Hello", sentences: [], failed: false };
const sentence = (number: number, text: string) => ({ id: String(number), type: "sentence", data: JSON.stringify({ number, text }) });

test("sentences come in their order, each once", () => {
  const first = heardOf(begun, sentence(1, "Thank you.")).coming;
  const both = heardOf(heardOf(first, sentence(2, "Where was it?")).coming, sentence(1, "Thank you.")).coming;
  expect(both.sentences).toEqual(["Thank you.", "Where was it?"]);
});

test("an answer that fails is over, and says so", () => {
  expect(heardOf(begun, { id: "1", type: "failed", data: "{}" })).toEqual({ coming: { ...begun, failed: true }, over: true });
  expect(heardOf(begun, { id: "1", type: "started", data: "{}" }).over).toBe(false);
  expect(heardOf(begun, { id: "1", type: "done", data: "{}" }).over).toBe(true);
});

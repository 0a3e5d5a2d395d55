import { expect, test } from "vitest";

import { together } from "./together";

test("a sentence that answers several questions is shown once, under all of them", () => {
  const told = together([
    { question: "what", label: "What happened", answer: "They push me at school. I am afraid." },
    { question: "where", label: "Where", answer: "They push me at school." },
    { question: "who_knows", label: "Who knows", answer: "Nobody" },
    { question: "feeling", label: "How it feels", answer: "I am afraid." },
  ]);
  expect(told).toEqual([
    { questions: ["what", "where", "feeling"], label: "What happened · Where · How it feels", answer: "They push me at school. I am afraid." },
    { questions: ["who_knows"], label: "Who knows", answer: "Nobody" },
  ]);
});

import type { Incident } from "~/api/support";

export interface Together {
  questions: string[];
  label: string;
  answer: string;
}

/** What was told, each thing once: a sentence that answers several questions stands under all of them. */
export function together(answers: Incident["answers"]): Together[] {
  const told: Together[] = [];
  for (const { question, label, answer } of answers) {
    const before = told.find((one) => one.answer.includes(answer));
    if (before) {
      before.questions.push(question);
      before.label = `${before.label} · ${label}`;
    } else told.push({ questions: [question], label, answer });
  }
  return told;
}

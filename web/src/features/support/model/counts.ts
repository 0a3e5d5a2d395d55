/** What is shown of what was counted, and where its values have their names. */
export const SHOWN: Readonly<Record<string, string>> = {
  bullying_message: "bullying",
  moods: "mood",
  strategies: "strategy",
  answer_types: "answer",
  variant: "variant",
  language: "language",
};

/** The last months that are over, the newest first, as "2026-10". */
export function monthsBefore(today: Date, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const first = new Date(today.getFullYear(), today.getMonth() - 1 - index, 1);
    return `${String(first.getFullYear())}-${String(first.getMonth() + 1).padStart(2, "0")}`;
  });
}

import type { Message } from "~/api/support";

export interface Said {
  /** What it was read from; null where the helper speaks. */
  document: NonNullable<Message["citations"][number]["document"]> | null;
  said: string[];
}

/** An answer as it is shown: sentences that follow each other and stand in the same place are one quotation. */
export function read(message: Pick<Message, "sentences" | "citations">): Said[] {
  const by = new Map(message.citations.map((one) => [one.number, one.document ?? null]));
  const told: Said[] = [];
  for (const sentence of message.sentences) {
    const document = sentence.citations.map((number) => by.get(number)).find(Boolean) ?? null;
    const last = told.at(-1);
    const same = document !== null && last?.document?.id === document.id && last.document.section === document.section && last.document.page === document.page;
    if (same) last.said.push(sentence.text);
    else told.push({ document, said: [sentence.text] });
  }
  return told;
}

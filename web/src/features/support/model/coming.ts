import type { StreamEvent } from "~/lib/eventStream";

/** An answer as far as it has come. */
export interface Coming {
  question: string;
  sentences: string[];
  failed: boolean;
}

/** The same with one event more, and whether that was the last. A sentence that comes twice is there once. */
export function heardOf(coming: Coming, event: StreamEvent): { coming: Coming; over: boolean } {
  if (event.type === "done") return { coming, over: true };
  if (event.type === "failed" || event.type === "folded") return { coming: { ...coming, failed: true }, over: true };
  if (event.type !== "sentence") return { coming, over: false };
  const said = JSON.parse(event.data) as { number: number; text: string };
  const sentences = [...coming.sentences];
  sentences[said.number - 1] = said.text;
  return { coming: { ...coming, sentences }, over: false };
}

import { direction } from "~/lib/language";

const LETTER = /\p{L}/gu;
const FROM_THE_RIGHT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Thaana}\p{Script=Syriac}\p{Script=Nko}]/gu;

/**
 * The direction of a sentence: its language's where that is known, else that of most of its letters. A name at its
 * beginning does not turn the whole sentence round, as a browser's own guess would have it.
 */
export function directionOf({ text, language }: { text: string; language: string | null }): "rtl" | "ltr" {
  if (language) return direction(language);
  const letters = text.match(LETTER)?.length ?? 0;
  return 2 * (text.match(FROM_THE_RIGHT)?.length ?? 0) > letters ? "rtl" : "ltr";
}

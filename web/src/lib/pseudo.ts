import { TYPE, type MessageFormatElement } from "@formatjs/icu-messageformat-parser";

/** Languages that nobody speaks, to look at screens with: longer words, and words from right to left. */
export const PSEUDO = { "en-XA": "[Ṕšéûðö]", "ar-XB": "Pseudo ⇄" } as const;
export type PseudoLanguage = keyof typeof PSEUDO;

const PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ACCENTS = Array.from("ÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽåƀçðéƒĝĥîĵķļṁñöþǫŕšţûṽŵẋýž");

/** An English message as a pseudo-language has it; fumetto/kernel/text/pseudo.py does the same for the server. */
export function pseudo(message: MessageFormatElement[], language: PseudoLanguage): MessageFormatElement[] {
  const parts = message.map((part) => changed(part, language));
  return language === "en-XA" ? [literal("["), ...parts, literal("]")] : parts;
}

const literal = (value: string): MessageFormatElement => ({ type: TYPE.literal, value });

function changed(part: MessageFormatElement, language: PseudoLanguage): MessageFormatElement {
  if (part.type === TYPE.literal) return literal(language === "en-XA" ? accented(part.value) : mirrored(part.value));
  if (part.type === TYPE.select || part.type === TYPE.plural) {
    const options = Object.entries(part.options).map(([name, option]) => [name, { ...option, value: option.value.map((one) => changed(one, language)) }]);
    return { ...part, options: Object.fromEntries(options) as typeof part.options };
  }
  return part.type === TYPE.tag ? { ...part, children: part.children.map((one) => changed(one, language)) } : part;
}

/** About a third longer, by every second vowel twice. */
function accented(text: string): string {
  let vowels = 0;
  const longer = text.replace(/[aeiou]/gi, (vowel) => vowel.repeat(1 + (vowels++ % 2)));
  return longer.replace(/[a-z]/gi, (letter) => ACCENTS[PLAIN.indexOf(letter)] ?? letter);
}

/** Each word between marks that have it written from right to left. */
const mirrored = (text: string) => text.replace(/\p{L}+/gu, (word) => `\u200f\u202e${word}\u202c\u200f`);

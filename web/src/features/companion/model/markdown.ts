/** A stretch of words, said with more weight or not. */
export interface Words {
  text: string;
  weight: "plain" | "emphasis" | "strong";
}

export type Block = { kind: "paragraph"; pieces: Piece[] } | { kind: "list"; ordered: boolean; items: Piece[][] };

/** A part of a sentence in its place; `citations` follow the last part of theirs. */
export interface Piece {
  words: Words[];
  citations: readonly number[];
  language: string | null;
  /** The sentence's place in the answer, from 0. */
  sentence: number;
}

export interface Told {
  text: string;
  citations: readonly number[];
  language?: string | null | undefined;
}

const BULLET = /^\s*[-*•]\s+(?=\S)/;
const NUMBER = /^\s*\d{1,3}[.)]\s+(?=\S)/;

/**
 * Sentences as paragraphs and lists. The only marks that mean something are emphasis (`*so*`, `**so**`, `_so_`) and the
 * beginnings of lists; all else is text, whatever it looks like: there is no HTML, no link, no picture and no heading.
 */
export function blocksOf(sentences: readonly Told[]): Block[] {
  const blocks: Block[] = [];
  let open = false;
  for (const [sentence, told] of sentences.entries()) {
    const lines = told.text.split("\n");
    const last = lines.findLastIndex((line) => line.trim() !== "");
    for (const [index, line] of lines.entries()) {
      if (!line.trim()) {
        // An empty line ends what stands before it.
        if (index > 0 || lines.length > 1) open = false;
        continue;
      }
      const bullet = BULLET.exec(line) ?? NUMBER.exec(line);
      const piece: Piece = {
        words: wordsOf(bullet ? line.slice(bullet[0].length) : line.trim()),
        citations: index === last ? told.citations : [],
        language: told.language ?? null,
        sentence,
      };
      const block = blocks.at(-1);
      if (bullet) {
        const ordered = NUMBER.test(line);
        if (open && block?.kind === "list" && block.ordered === ordered) block.items.push([piece]);
        else blocks.push({ kind: "list", ordered, items: [[piece]] });
      } else if (open && block?.kind === "list" && index === 0) block.items.at(-1)?.push(piece);
      else if (open && block?.kind === "paragraph") block.pieces.push(piece);
      else blocks.push({ kind: "paragraph", pieces: [piece] });
      open = true;
    }
  }
  return blocks;
}

/** What is marked holds no other mark and is not long, so that looking for its end never takes long either. */
const MARKED = /(\*\*|__)(?=\S)([^*_\n]{1,300})(?<=\S)\1|(?<![\w*])([*_])(?=\S)([^*_\n]{1,300})(?<=\S)\3(?![\w*])/gu;

export function wordsOf(text: string): Words[] {
  const words: Words[] = [];
  let at = 0;
  const add = (part: string, weight: Words["weight"]) => {
    if (part) words.push({ text: part, weight });
  };
  for (const match of text.matchAll(MARKED)) {
    add(text.slice(at, match.index), "plain");
    if (match[2] !== undefined) add(match[2], "strong");
    else add(match[4] ?? "", "emphasis");
    at = match.index + match[0].length;
  }
  add(text.slice(at), "plain");
  return words;
}

export interface Piece {
  text: string;
  kind: "same" | "gone" | "new";
}

const MOST_WORDS = 1200;

/** What became of a text, word by word: pieces that stayed, went and came, in reading order. */
export function difference(before: string, after: string): Piece[] {
  const from = words(before);
  const to = words(after);
  if (from.length * to.length > MOST_WORDS * MOST_WORDS) return [{ text: before, kind: "gone" }, { text: after, kind: "new" }];
  const longest = Array.from({ length: from.length + 1 }, () => new Uint16Array(to.length + 1));
  const at = (row: number, column: number) => longest[row]?.[column] ?? 0;
  for (let row = from.length - 1; row >= 0; row -= 1) {
    for (let column = to.length - 1; column >= 0; column -= 1) {
      const best = from[row] === to[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
      (longest[row] as Uint16Array)[column] = best;
    }
  }
  const pieces: Piece[] = [];
  const add = (text: string | undefined, kind: Piece["kind"]) => {
    const last = pieces.at(-1);
    if (last?.kind === kind) last.text += text ?? "";
    else pieces.push({ text: text ?? "", kind });
  };
  let row = 0;
  let column = 0;
  while (row < from.length || column < to.length) {
    if (row < from.length && column < to.length && from[row] === to[column]) {
      add(from[row], "same");
      row += 1;
      column += 1;
    } else if (row < from.length && (column === to.length || at(row + 1, column) >= at(row, column + 1))) {
      add(from[row], "gone");
      row += 1;
    } else {
      add(to[column], "new");
      column += 1;
    }
  }
  return pieces;
}

const words = (text: string) => text.match(/\s+|[\p{L}\p{N}’']+|[^\s\p{L}\p{N}]/gu) ?? [];

export interface Part {
  text: string;
  found: boolean;
}

/**
 * Cuts a text where the words that were looked for begin and end. `ranges` count characters as the server does, by code
 * point, which is not how JavaScript counts once there are emoji or rare ideographs.
 */
export function marked(text: string, ranges: readonly (readonly [number, number])[]): Part[] {
  const letters = Array.from(text);
  const parts: Part[] = [];
  const add = (from: number, to: number, found: boolean) => {
    if (to > from) parts.push({ text: letters.slice(from, to).join(""), found });
  };
  let at = 0;
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const from = Math.max(at, Math.min(start, letters.length));
    const to = Math.min(end, letters.length);
    if (to <= from) continue;
    add(at, from, false);
    add(from, to, true);
    at = to;
  }
  add(at, letters.length, false);
  return parts;
}

/** The parts around the first word found, when a text is too long for where it stands. `most` counts code points. */
export function excerpt(parts: readonly Part[], most: number): Part[] {
  const before = parts[0];
  const total = parts.reduce((sum, part) => sum + part.text.length, 0);
  if (total <= most || !before || before.found || parts.length === 1) return [...parts];
  const room = Math.floor(most / 3);
  if (before.text.length <= room) return [...parts];
  const tail = Array.from(before.text).slice(-room).join("");
  const word = tail.indexOf(" ");
  return [{ text: `… ${(word === -1 ? tail : tail.slice(word)).trimStart()}`, found: false }, ...parts.slice(1)];
}

import type { TranscriptPanel } from "~/api/types";

type Line = TranscriptPanel["lines"][number];

export interface Said extends Line {
  /** How many times it is there, one after the other. */
  times: number;
}

/** The lines of a panel, with a noise that is drawn many times told once. */
export function gathered(lines: readonly Line[]): Said[] {
  const said: Said[] = [];
  for (const line of lines) {
    const last = said.at(-1);
    if (last && line.kind === "sound" && last.kind === "sound" && same(last.text, line.text)) last.times += 1;
    else said.push({ ...line, times: 1 });
  }
  return said;
}

const same = (a: string, b: string) => a.trim().toLocaleLowerCase() === b.trim().toLocaleLowerCase();

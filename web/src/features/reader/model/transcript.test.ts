import { describe, expect, it } from "vitest";

import { gathered } from "./transcript";

const line = (kind: "speech" | "sound", text: string, number: number) => ({ balloon_id: String(number), speaker: null, kind, text });

describe("the lines of a panel", () => {
  it("tell a noise once that is drawn many times, and how many", () => {
    const told = gathered([line("speech", "Hurrah!", 1), line("sound", "Clap", 2), line("sound", "CLAP", 3), line("sound", "Clap ", 4), line("sound", "Bam", 5), line("sound", "Clap", 6)]);
    expect(told.map(({ text, times }) => [text, times])).toEqual([["Hurrah!", 1], ["Clap", 3], ["Bam", 1], ["Clap", 1]]);
  });

  it("keep what is said twice", () => {
    expect(gathered([line("speech", "No!", 1), line("speech", "No!", 2)])).toHaveLength(2);
  });
});

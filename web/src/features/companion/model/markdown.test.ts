import { describe, expect, test } from "vitest";

import { blocksOf, wordsOf, type Block } from "./markdown";

const said = (pieces: { words: { text: string }[] }[]) => pieces.map(({ words }) => words.map(({ text }) => text).join("")).join(" | ");
const shape = (blocks: Block[]) => blocks.map((block) => (block.kind === "paragraph" ? said(block.pieces) : block.items.map((item) => `${block.ordered ? "1." : "-"} ${said(item)}`)));
const told = (...texts: string[]) => texts.map((text, index) => ({ text, citations: [index + 1] }));

describe("words", () => {
  test("are said with weight where they are marked so", () => {
    expect(wordsOf("She is *very* sure, **really**, _so_.")).toEqual([
      { text: "She is ", weight: "plain" },
      { text: "very", weight: "emphasis" },
      { text: " sure, ", weight: "plain" },
      { text: "really", weight: "strong" },
      { text: ", ", weight: "plain" },
      { text: "so", weight: "emphasis" },
      { text: ".", weight: "plain" },
    ]);
  });

  test.each(["2 * 3 * 4", "snake_case_name", "*", "**", "a * b", "<script>alert(1)</script>", "![x](http://e.org/x.png)", "[go](javascript:alert(1))", "# no heading", "`code`", "&lt;b&gt;"])(
    "are left as they are in %s",
    (text) => expect(wordsOf(text)).toEqual([{ text, weight: "plain" }]),
  );

  test("end soon for a text that is made to be slow", () => {
    const text = `${"*a ".repeat(20_000)}${"_".repeat(20_000)}`;
    expect(wordsOf(text).map((one) => one.text).join("")).toHaveLength(text.length);
  });
});

describe("sentences", () => {
  test("follow each other in a paragraph, each with its citations", () => {
    const [block] = blocksOf(told("One.", "Two."));
    expect(block).toMatchObject({ kind: "paragraph", pieces: [{ citations: [1], sentence: 0 }, { citations: [2], sentence: 1 }] });
  });

  test("become lists where they begin so, and the rest of an item stays in it", () => {
    expect(shape(blocksOf(told("There are:", "- Pepper.", "She is a witch.", "- Carrot.", "\n\nThat is all.")))).toEqual(["There are:", ["- Pepper. | She is a witch.", "- Carrot."], "That is all."]);
    expect(shape(blocksOf(told("1. First\n2) Second")))).toEqual([["1. First", "1. Second"]]);
  });

  test("have their citations after their last line", () => {
    const blocks = blocksOf([{ text: "Two things:\n- one\n- two\n", citations: [1] }]);
    expect(blocks.flatMap((block) => (block.kind === "list" ? block.items.flat() : block.pieces)).map(({ citations }) => citations.length)).toEqual([0, 0, 1]);
  });

  test("that are empty are nothing", () => {
    expect(blocksOf(told("", " \n "))).toEqual([]);
  });
});

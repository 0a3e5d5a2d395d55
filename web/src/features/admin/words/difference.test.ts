import { expect, test } from "vitest";

import { difference } from "./difference";

test("words that stayed, went and came are told apart and put together again", () => {
  const before = "Nobody has seen {count} pages yet.";
  const after = "Nobody has read these {count} pages.";
  const pieces = difference(before, after);
  expect(pieces.filter((piece) => piece.kind !== "new").map((piece) => piece.text).join("")).toBe(before);
  expect(pieces.filter((piece) => piece.kind !== "gone").map((piece) => piece.text).join("")).toBe(after);
  expect(pieces.filter((piece) => piece.kind === "gone").map((piece) => piece.text.trim())).toEqual(["seen", "yet"]);
});

test("a text that did not change is one piece, and nothing is none", () => {
  expect(difference("Same.", "Same.")).toEqual([{ text: "Same.", kind: "same" }]);
  expect(difference("", "")).toEqual([]);
});

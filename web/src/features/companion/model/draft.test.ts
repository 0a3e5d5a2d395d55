// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";

import { keepDraft, readDraft, withText } from "./draft";

beforeEach(() => localStorage.clear());

test("what is being written is there again after a reload, under the same request", () => {
  const draft = withText(readDraft("s1"), "Who is Shichimi?");
  keepDraft("s1", draft);
  expect(readDraft("s1")).toEqual(draft);
  expect(readDraft("s2").text).toBe("");
});

test("a request's id is a UUID", () => {
  expect(readDraft("s1").requestId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("another text is another request, and more room around the same is not", () => {
  const draft = withText(readDraft("s1"), "Who is Shichimi?");
  expect(withText(draft, "Who is Shichimi? ").requestId).toBe(draft.requestId);
  expect(withText(draft, "Who is Saffron?").requestId).not.toBe(draft.requestId);
});

test("nothing written is nothing kept, and no more than thirty are", () => {
  keepDraft("s1", { text: "Who?", requestId: "1" });
  keepDraft("s1", { text: "  ", requestId: "1" });
  expect(localStorage).toHaveLength(0);
  for (let number = 0; number < 40; number += 1) keepDraft(`s${number}`, { text: "Who?", requestId: "1" });
  expect(localStorage).toHaveLength(30);
  expect(readDraft("s39").text).toBe("Who?");
});

test("storage that holds something else is no draft", () => {
  localStorage.setItem("fumetto-asks.s1", "[broken");
  expect(readDraft("s1").text).toBe("");
  localStorage.setItem("fumetto-asks.s1", '{"text": 4}');
  expect(readDraft("s1").text).toBe("");
});

// @vitest-environment happy-dom
import { expect, test } from "vitest";

import { directionOf } from "./direction";

test("a sentence has its language's direction, whoever it begins with", () => {
  expect(directionOf({ text: "ليلى is first seen on page 1 of episode 1.", language: null })).toBe("ltr");
  expect(directionOf({ text: "Layla تنظر إلى القمر من نافذة بيتها", language: null })).toBe("rtl");
  expect(directionOf({ text: "OK!", language: "he" })).toBe("rtl");
  expect(directionOf({ text: "12 + 5", language: null })).toBe("ltr");
});

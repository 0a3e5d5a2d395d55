import { expect, test } from "vitest";

import { readableBytes } from "./bytes";

test("bytes are told in the unit that keeps them short", () => {
  expect(readableBytes(0, "en")).toBe("0 byte");
  expect(readableBytes(999, "en")).toBe("999 byte");
  expect(readableBytes(1_500, "en")).toBe("1.5 kB");
  expect(readableBytes(45_678_900, "en")).toBe("46 MB");
  expect(readableBytes(3_400_000_000, "fr")).toBe("3,4\u202fGo");
  expect(readableBytes(-5, "en")).toBe("0 byte");
});

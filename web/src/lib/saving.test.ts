import { expect, test } from "vitest";

import { tableOf } from "./saving";

test("a table keeps what is in it, and no program takes it for a formula", () => {
  expect(tableOf([["who", "what"], ['=1+1', 'a "b", c']])).toBe('"who","what"\r\n"\'=1+1","a ""b"", c"\r\n');
});

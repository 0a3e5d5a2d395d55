import { expect, test } from "vitest";

import { relativeTime } from "./time";

const now = Date.parse("2026-11-22T12:00:00Z");

test.each([
  ["2026-11-22T11:59:20Z", 0, "second"],
  ["2026-11-22T11:58:10Z", -1, "minute"],
  ["2026-11-22T06:00:00Z", -6, "hour"],
  ["2026-11-12T12:00:00Z", -10, "day"],
  ["2026-08-22T12:00:00Z", -3, "month"],
  ["2024-11-22T12:00:00Z", -2, "year"],
  ["2026-11-22T12:05:00Z", 0, "second"],
])("%s is %d %s from now", (moment, value, unit) => {
  expect(relativeTime(moment, now)).toEqual({ value, unit });
});

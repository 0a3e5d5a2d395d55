import { expect, test } from "vitest";

import type { Activity } from "~/api/types";

import { hasFailed, nameOfActivity } from "./activities";

const now = Date.parse("2026-11-22T12:00:00Z");
const activity: Activity = {
  id: "a",
  kind: "scan",
  title: "",
  state: "succeeded",
  done: 3,
  total: 4,
  failed_count: 1,
  rate: null,
  seconds_left: null,
  detail: {},
  started_by: null,
  created_at: "2026-11-22T10:00:00Z",
  started_at: "2026-11-22T10:00:00Z",
  finished_at: "2026-11-22T11:00:00Z",
};

test.each([
  ["something of it failed", {}, true],
  ["all of it was done", { failed_count: 0 }, false],
  ["it failed as a whole", { failed_count: 0, state: "failed" }, true],
  ["somebody cancelled it", { state: "cancelled" }, false],
  ["it is still going on", { state: "running", finished_at: null }, false],
  ["it was days ago", { finished_at: "2026-11-19T11:00:00Z" }, false],
] as const)("work is to be tried again or not when %s", (_, how, expected) => {
  expect(hasFailed({ ...activity, ...how }, now)).toBe(expected);
});

test("work without a title is called by its kind", () => {
  const text = (key: string) => key;
  expect(nameOfActivity(activity, text)).toBe("activity.kind.scan");
  expect(nameOfActivity({ ...activity, title: "Pepper & Carrot" }, text)).toBe("Pepper & Carrot");
  expect(nameOfActivity({ ...activity, kind: "polish" }, text)).toBe("polish");
});

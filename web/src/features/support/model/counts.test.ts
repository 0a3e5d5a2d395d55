import { expect, test } from "vitest";

import { monthsBefore } from "./counts";

test("only months that are over are offered, across the turn of a year", () => {
  expect(monthsBefore(new Date(2026, 1, 28), 3)).toEqual(["2026-01", "2025-12", "2025-11"]);
});

import { describe, expect, test } from "vitest";

import { filled } from "./filled";

describe("a portrait fills its frame", () => {
  test("with the middle of a panel that is as wide as the page", () => {
    // A page twice as tall as wide; its panel is 1 by 0.5 page widths, so the square shows its middle half.
    expect(filled([0, 0.25, 1, 0.25], 2)).toEqual({ width: "200%", left: "-50%", top: "-100%" });
  });

  test("with what is above the middle of a tall panel", () => {
    expect(filled([0.5, 0, 0.5, 1], 2)).toEqual({ width: "200%", left: "-100%", top: "-75%" });
  });
});

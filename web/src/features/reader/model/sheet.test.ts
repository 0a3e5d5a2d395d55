import { describe, expect, it } from "vitest";

import { stopAt } from "./sheet";

describe("a sheet that is let go", () => {
  it("rests at the nearest of its stops", () => {
    expect(stopAt(0.2, 0, 1)).toBe(0);
    expect(stopAt(0.5, 0, 0)).toBe(1);
    expect(stopAt(0.8, 0, 1)).toBe(2);
  });

  it("goes on to the next one when it is thrown", () => {
    expect(stopAt(0.3, 1.2, 0)).toBe(1);
    expect(stopAt(0.6, 1.2, 1)).toBe(2);
    expect(stopAt(0.97, 1.2, 2)).toBe(2);
    expect(stopAt(0.8, -1.2, 2)).toBe(1);
    expect(stopAt(0.4, -1.2, 1)).toBe(0);
  });

  it("is closed when it is pushed off the window", () => {
    expect(stopAt(0.05, 0, 0)).toBe("closed");
    expect(stopAt(0.15, -1.2, 0)).toBe("closed");
  });
});

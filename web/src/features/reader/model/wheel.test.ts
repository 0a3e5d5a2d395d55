import { describe, expect, it } from "vitest";

import { WheelTurns, type Wheeling } from "./wheel";

const read = (wheel: WheelTurns, events: Partial<Wheeling>[]) =>
  events.map((event) => wheel.read({ delta: 100, notch: false, at: 0, free: false, ...event })).reduce<number>((sum, turn) => sum + turn, 0);
const inertia = (from: number, at: number) => Array.from({ length: 60 }, (_, i) => ({ delta: from * 0.94 ** i, at: at + i * 16 }));

describe("the wheel", () => {
  it("turns one page with each notch, back and forth", () => {
    expect(read(new WheelTurns(), [0, 200, 400].map((at) => ({ notch: true, at })))).toBe(3);
    expect(read(new WheelTurns(), [{ notch: true, delta: -120, at: 0 }])).toBe(-1);
  });

  it("does not race when it is spun", () => {
    expect(read(new WheelTurns(), Array.from({ length: 20 }, (_, i) => ({ notch: true, at: i * 10 })))).toBe(3);
  });

  it("turns once for a push on a trackpad, however long it rolls on", () => {
    expect(read(new WheelTurns(), inertia(60, 0))).toBe(1);
  });

  it("turns again when it is pushed again, also while it still rolls", () => {
    expect(read(new WheelTurns(), [...inertia(60, 0), ...inertia(60, 1_500)])).toBe(2);
    expect(read(new WheelTurns(), [...inertia(60, 0).slice(0, 40), ...inertia(80, 660)])).toBe(2);
  });

  it("turns the other way at once", () => {
    const wheel = new WheelTurns();
    expect(read(wheel, inertia(60, 0).slice(0, 10))).toBe(1);
    expect(read(wheel, [{ delta: -60, at: 170 }])).toBe(-1);
  });

  it("does not turn what was scrolled to its end until it has been quiet", () => {
    const wheel = new WheelTurns();
    expect(read(wheel, [{ free: true, at: 0 }, { free: true, at: 16 }, { at: 32 }, { at: 48 }, { at: 64 }])).toBe(0);
    expect(read(wheel, [{ at: 400 }])).toBe(1);
  });

  it("ignores a touch too light to be meant", () => {
    expect(read(new WheelTurns(), [{ delta: 4, at: 0 }, { delta: 6, at: 16 }])).toBe(0);
  });
});

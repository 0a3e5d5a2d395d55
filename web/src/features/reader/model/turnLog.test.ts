import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Turn } from "~/api/types";

import { TurnLog } from "./turnLog";

const turn = (shown: number[], over: Partial<Turn> = {}): Turn => ({
  episode_id: "e1", shown, device: "d", device_name: "D", at: "2026-11-22T10:00:00Z", ...over,
});

describe("the log of page turns", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    localStorage.clear();
  });
  afterEach(() => vi.useRealTimers());

  it("sends turns of one episode together, each page once", async () => {
    const sent: Turn[] = [];
    const log = new TurnLog((one) => Promise.resolve(sent.push(one)), () => false);
    log.note(turn([1]));
    log.note(turn([2, 1]));
    await vi.advanceTimersByTimeAsync(800);
    expect(sent.map(({ shown }) => shown)).toEqual([[1, 2]]);
    expect(log.pending).toEqual([]);
    expect(localStorage.getItem("fumetto-turns")).toBeNull();
  });

  it("keeps what could not be sent, in order, and sends it when the server answers again", async () => {
    const sent: string[] = [];
    let up = false;
    const log = new TurnLog(
      (one) => (up ? Promise.resolve(sent.push(one.episode_id)) : Promise.reject(new Error("away"))),
      () => false,
    );
    log.note(turn([1]));
    log.note(turn([1], { episode_id: "e2" }));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent).toEqual([]);
    expect(JSON.parse(localStorage.getItem("fumetto-turns") ?? "[]")).toHaveLength(2);
    up = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toEqual(["e1", "e2"]);
  });

  it("finds the turns that an earlier tab could not send", async () => {
    localStorage.setItem("fumetto-turns", JSON.stringify([turn([3])]));
    const sent: Turn[] = [];
    new TurnLog((one) => Promise.resolve(sent.push(one)), () => false);
    await vi.advanceTimersByTimeAsync(800);
    expect(sent[0]?.shown).toEqual([3]);
  });

  it("lets go of a turn that the server will never take", async () => {
    const log = new TurnLog(() => Promise.reject(new Error("gone")), () => true);
    log.note(turn([1]));
    await vi.advanceTimersByTimeAsync(800);
    expect(log.pending).toEqual([]);
  });

  it("loses no page that is turned while another is being sent", async () => {
    const sent: number[][] = [];
    let finish: () => void = vi.fn();
    const log = new TurnLog(
      (one) => {
        sent.push(one.shown);
        return sent.length === 1 ? new Promise<void>((resolve) => (finish = resolve)) : Promise.resolve();
      },
      () => false,
    );
    log.note(turn([1]));
    await vi.advanceTimersByTimeAsync(800);
    log.note(turn([2]));
    finish();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sent).toEqual([[1], [2]]);
  });

  it("does not stumble over a storage that holds something else", () => {
    localStorage.setItem("fumetto-turns", "{broken");
    expect(new TurnLog(() => Promise.resolve(), () => false).pending).toEqual([]);
  });
});

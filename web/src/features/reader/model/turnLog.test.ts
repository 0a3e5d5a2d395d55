// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Turn } from "~/api/types";

import { TurnLog } from "./turnLog";

const turn = (shown: number[], over: Partial<Turn> = {}): Turn => ({
  episode_id: "e1", shown, device: "d", device_name: "D", at: "2026-11-22T10:00:00Z", ...over,
});

/** What all tabs have in storage. */
const kept = () => Object.keys(localStorage).flatMap((key) => JSON.parse(localStorage.getItem(key) ?? "[]") as Turn[]);
const nobody = () => false;

describe("the log of page turns", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    localStorage.clear();
  });
  afterEach(() => vi.useRealTimers());

  it("sends turns of one episode together, each page once", async () => {
    const sent: Turn[] = [];
    const log = new TurnLog("anna", (one) => Promise.resolve(sent.push(one)), nobody);
    log.note(turn([1]));
    log.note(turn([2, 1]));
    await vi.advanceTimersByTimeAsync(800);
    expect(sent.map(({ shown }) => shown)).toEqual([[2, 1]]);
    expect(log.pending).toEqual([]);
    expect(kept()).toEqual([]);
  });

  it("keeps what could not be sent, in order, and sends it when the server answers again", async () => {
    const sent: string[] = [];
    let up = false;
    const log = new TurnLog(
      "anna",
      (one) => (up ? Promise.resolve(sent.push(one.episode_id)) : Promise.reject(new Error("away"))),
      nobody,
    );
    log.note(turn([1]));
    log.note(turn([1], { episode_id: "e2" }));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent).toEqual([]);
    expect(kept()).toHaveLength(2);
    up = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toEqual(["e1", "e2"]);
  });

  it("finds the turns that an earlier tab could not send", async () => {
    localStorage.setItem("fumetto-turns.anna.1", JSON.stringify([turn([3])]));
    const sent: Turn[] = [];
    new TurnLog("anna", (one) => Promise.resolve(sent.push(one)), nobody);
    await vi.advanceTimersByTimeAsync(800);
    expect(sent[0]?.shown).toEqual([3]);
  });

  it("lets go of a turn that the server will never take", async () => {
    const log = new TurnLog("anna", () => Promise.reject(new Error("gone")), () => true);
    log.note(turn([1]));
    await vi.advanceTimersByTimeAsync(800);
    expect(log.pending).toEqual([]);
  });

  it("loses no page that is turned while another is being sent", async () => {
    const sent: number[][] = [];
    let finish: () => void = vi.fn();
    const log = new TurnLog(
      "anna",
      (one) => {
        sent.push(one.shown);
        return sent.length === 1 ? new Promise<void>((resolve) => (finish = resolve)) : Promise.resolve();
      },
      nobody,
    );
    log.note(turn([1]));
    await vi.advanceTimersByTimeAsync(800);
    log.note(turn([2]));
    finish();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sent).toEqual([[1], [2]]);
  });

  it("does not stumble over a storage that holds something else", () => {
    localStorage.setItem("fumetto-turns.anna.1", "{broken");
    expect(new TurnLog("anna", () => Promise.resolve(), nobody).pending).toEqual([]);
  });

  it("names the page last that was come back to, for that is where the reader is", async () => {
    const sent: Turn[] = [];
    const log = new TurnLog("anna", (one) => Promise.resolve(sent.push(one)), nobody);
    log.note(turn([3]));
    log.note(turn([4]));
    log.note(turn([3]));
    await vi.advanceTimersByTimeAsync(800);
    expect(sent.map(({ shown }) => shown)).toEqual([[4, 3]]);
  });

  it("does not say the end was reached again when the reader went back from it", async () => {
    const sent: Turn[] = [];
    const log = new TurnLog("anna", (one) => Promise.resolve(sent.push(one)), nobody);
    log.note(turn([7], { finished: true }));
    log.note(turn([2]));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(sent.map(({ shown, finished }) => [shown, finished])).toEqual([[[7], true], [[2], undefined]]);
  });

  it("sends everything at once when the tab is closed, in requests that outlive it", () => {
    const sent: [string, boolean][] = [];
    const log = new TurnLog("anna", (one, leaving) => Promise.resolve(sent.push([one.episode_id, leaving])), nobody);
    log.note(turn([1]));
    log.note(turn([1], { episode_id: "e2" }));
    log.leave();
    expect(sent).toEqual([["e1", true], ["e2", true]]);
    expect(kept()).toHaveLength(2);
  });

  it("never sends what somebody else read in the same browser", async () => {
    const away = () => Promise.reject(new Error("away"));
    new TurnLog("anna", away, nobody).note(turn([1]));
    const sent: Turn[] = [];
    const other = new TurnLog("ben", (one) => Promise.resolve(sent.push(one)), nobody);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(other.pending).toEqual([]);
    expect(sent).toEqual([]);
    expect(kept()).toHaveLength(1);
  });

  it("loses nothing when two tabs wait for the server", () => {
    const away = () => Promise.reject(new Error("away"));
    const [one, two] = [new TurnLog("anna", away, nobody), new TurnLog("anna", away, nobody)];
    one.note(turn([1]));
    two.note(turn([2]));
    one.note(turn([3]));
    expect(kept().flatMap(({ shown }) => shown).sort()).toEqual([1, 2, 3]);
  });
});

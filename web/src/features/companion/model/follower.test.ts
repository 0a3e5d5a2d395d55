import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { Follower } from "./follower";

describe("a session that follows page turns", () => {
  let sent: string[];
  let answers: { resolve: () => void; reject: (error: Error) => void }[];
  let follower: Follower;

  beforeEach(() => {
    vi.useFakeTimers();
    sent = [];
    answers = [];
    follower = new Follower(
      "1",
      (page) => {
        sent.push(page);
        return new Promise((resolve, reject) => answers.push({ resolve, reject }));
      },
      (error) => (error as Error).message === "not yours",
    );
  });
  afterEach(() => vi.useRealTimers());

  const settle = (answer: number) => {
    answers[answer]?.resolve();
    return vi.advanceTimersByTimeAsync(0);
  };

  test("tells only the page at which leafing came to rest", async () => {
    for (const page of ["2", "3", "4", "5"]) follower.note(page);
    await vi.runAllTimersAsync();
    expect(sent).toEqual(["5"]);
  });

  test("says nothing of a page that the server knows, and of one that was only passed", async () => {
    follower.note("1");
    follower.note("2");
    follower.note("1");
    await vi.runAllTimersAsync();
    expect(sent).toEqual([]);
  });

  test("sends one at a time, and the last one wins", async () => {
    follower.note("2");
    await vi.runAllTimersAsync();
    follower.note("3");
    follower.note("4");
    await vi.runAllTimersAsync();
    expect(sent).toEqual(["2"]);
    await settle(0);
    await vi.runAllTimersAsync();
    expect(sent).toEqual(["2", "4"]);
  });

  test("tries again after the network failed, with the page that is open then", async () => {
    follower.note("2");
    await vi.advanceTimersByTimeAsync(500);
    answers[0]?.reject(new Error("network"));
    await vi.advanceTimersByTimeAsync(1_100);
    expect(sent).toEqual(["2", "2"]);
    answers[1]?.reject(new Error("network"));
    await vi.advanceTimersByTimeAsync(0);
    follower.note("3");
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent).toEqual(["2", "2", "3"]);
  });

  test("does not insist on a page that is not to be had", async () => {
    follower.note("2");
    await vi.advanceTimersByTimeAsync(500);
    answers[0]?.reject(new Error("not yours"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toEqual(["2"]);
  });

  test("is at the open page before a question is asked, and waits for no timer", async () => {
    follower.note("2");
    let there = false;
    const flushed = follower.flush("2").then(() => (there = true));
    await vi.advanceTimersByTimeAsync(0);
    expect([sent, there]).toEqual([["2"], false]);
    await settle(0);
    await flushed;
    await vi.runAllTimersAsync();
    expect([sent, there]).toEqual([["2"], true]);
  });

  test("lets a question fail that cannot say where it is asked", async () => {
    const flushed = follower.flush("2");
    await vi.advanceTimersByTimeAsync(0);
    answers[0]?.reject(new Error("network"));
    await expect(flushed).rejects.toThrow("network");
  });
});

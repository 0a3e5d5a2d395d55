// @vitest-environment happy-dom
import { afterEach, describe, expect, test, vi } from "vitest";

import { EventParser, followEvents, StreamRefused, type StreamEvent } from "./eventStream";

const STREAM = 'id: 1\nevent: started\ndata: {"a":1}\n\n: alive\n\nid: 2\r\nevent: sentence\r\ndata: one\r\ndata: two\r\n\r\nid: 3\nevent: done\ndata: {}\n\n';
const EVENTS: StreamEvent[] = [
  { id: "1", type: "started", data: '{"a":1}' },
  { id: "2", type: "sentence", data: "one\ntwo" },
  { id: "3", type: "done", data: "{}" },
];

describe("a stream of events", () => {
  test("is the same wherever it is cut", () => {
    for (const size of [1, 2, 3, 7, 1000]) {
      const parser = new EventParser();
      const found: StreamEvent[] = [];
      for (let at = 0; at < STREAM.length; at += size) found.push(...parser.push(STREAM.slice(at, at + size)));
      expect(found, `pieces of ${size}`).toEqual(EVENTS);
    }
  });

  test("gives nothing that is not complete, and nothing for signs of life", () => {
    const parser = new EventParser();
    expect(parser.push(": alive\n\nretry: 2000\n\nid: 4\ndata: half")).toEqual([]);
    expect(parser.push("\n\n")).toEqual([{ id: "4", type: "message", data: "half" }]);
  });
});

describe("following a stream", () => {
  afterEach(() => vi.unstubAllGlobals());

  const body = (text: string, broken = false) =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(text));
        if (broken) controller.error(new TypeError("network"));
        else controller.close();
      },
    });

  test("goes on after the last event when the connection is lost, and stops at the last one", async () => {
    const asked: (string | null)[] = [];
    const answers = [() => new Response(body(STREAM.slice(0, 40))), () => Promise.reject(new TypeError("network")), () => new Response(null, { status: 503 }), () => new Response(body(STREAM.slice(STREAM.indexOf("id: 2"))))];
    vi.stubGlobal("fetch", (_: string, { headers }: { headers: Record<string, string> }) => {
      asked.push(headers["Last-Event-ID"] ?? null);
      return Promise.resolve(answers.shift()?.() ?? new Response(null, { status: 404 }));
    });
    const told: string[] = [];
    await followEvents("events", {
      signal: new AbortController().signal,
      onEvent: ({ id, type }) => {
        told.push(id);
        return type === "done";
      },
      onLost: () => {
        told.push("lost");
        // The network is back at once, so that nobody waits.
        setTimeout(() => window.dispatchEvent(new Event("online")));
        setTimeout(() => window.dispatchEvent(new Event("online")), 20);
        setTimeout(() => window.dispatchEvent(new Event("online")), 40);
      },
      onBack: () => told.push("back"),
    });
    expect(told).toEqual(["1", "lost", "back", "2", "3"]);
    expect(asked).toEqual([null, "1", "1", "1"]);
  });

  test("says when there is no such stream", async () => {
    vi.stubGlobal("fetch", () => Promise.resolve(new Response(null, { status: 404 })));
    const nothing = () => undefined;
    await expect(followEvents("events", { signal: new AbortController().signal, onEvent: () => false, onLost: nothing, onBack: nothing })).rejects.toEqual(new StreamRefused(404));
  });
});

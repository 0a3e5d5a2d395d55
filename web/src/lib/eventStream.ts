/** One event of a stream of server-sent events, its data as text. */
export interface StreamEvent {
  id: string;
  type: string;
  data: string;
}

/**
 * Takes a stream of server-sent events apart as it comes, wherever it is cut (HTML standard, 9.2). Feed it text, and it
 * gives the events that are complete.
 */
export class EventParser {
  private rest = "";
  private data: string[] = [];
  private type = "";
  private id = "";

  push(text: string): StreamEvent[] {
    const found: StreamEvent[] = [];
    this.rest += text;
    for (;;) {
      // A carriage return at the end may be half of a line end.
      const end = /\r\n|\n|\r(?!$)/.exec(this.rest);
      if (!end) return found;
      const line = this.rest.slice(0, end.index);
      this.rest = this.rest.slice(end.index + end[0].length);
      const event = this.line(line);
      if (event) found.push(event);
    }
  }

  private line(line: string): StreamEvent | null {
    if (line === "") {
      const event = this.data.length ? { id: this.id, type: this.type || "message", data: this.data.join("\n") } : null;
      this.data = [];
      this.type = "";
      return event;
    }
    const colon = line.indexOf(":");
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.data.push(value);
    else if (name === "event") this.type = value;
    else if (name === "id" && !value.includes("\0")) this.id = value;
    return null;
  }
}

export interface Following {
  /** What was received last; what comes after it is sent. */
  after?: string;
  signal: AbortSignal;
  /** Returns whether that was the last one. */
  onEvent: (event: StreamEvent) => boolean;
  /** The connection was lost, and is tried again; or it is there again. */
  onLost: () => void;
  onBack: () => void;
}

/** The stream was refused, and asking again will not help. */
export class StreamRefused extends Error {
  override readonly name = "StreamRefused";

  constructor(readonly status: number) {
    super(`The stream was refused: ${status}`);
  }
}

const PAUSES = [400, 800, 1_600, 3_200, 6_400];
/** The server says that it is alive every 15 seconds. */
const SILENCE = 40_000;
const PASSES = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Follows a stream of server-sent events to its last one. A connection that is lost, or says nothing for long, is made
 * anew and goes on after the last event that came. Ends when `onEvent` says so or the signal does; throws
 * `StreamRefused` for a stream that cannot be had.
 */
export async function followEvents(url: string, { after = "", signal, onEvent, onLost, onBack }: Following): Promise<void> {
  let last = after;
  let failures = 0;
  const over = () => signal.aborted;
  while (!over()) {
    const cut = new AbortController();
    const abort = () => cut.abort();
    signal.addEventListener("abort", abort);
    let silence = setTimeout(abort, SILENCE);
    try {
      const response = await fetch(url, { headers: { Accept: "text/event-stream", ...(last ? { "Last-Event-ID": last } : {}) }, cache: "no-store", signal: cut.signal });
      if (!response.ok && !PASSES.has(response.status)) throw new StreamRefused(response.status);
      if (response.ok && response.body) {
        if (failures) onBack();
        const parser = new EventParser();
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
        for (let part = await reader.read(); !part.done; part = await reader.read()) {
          failures = 0;
          clearTimeout(silence);
          silence = setTimeout(abort, SILENCE);
          for (const event of parser.push(part.value)) {
            if (event.id) last = event.id;
            if (onEvent(event)) {
              abort();
              return;
            }
          }
        }
      }
    } catch (error) {
      if (error instanceof StreamRefused) throw error;
      // Anything else is the network's doing.
    } finally {
      clearTimeout(silence);
      signal.removeEventListener("abort", abort);
    }
    if (over()) return;
    if (!failures) onLost();
    await pause(PAUSES[Math.min(failures, PAUSES.length - 1)] ?? 0, signal);
    failures += 1;
  }
}

/** Waits, but no longer than until the network is back or the signal comes. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    window.addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}

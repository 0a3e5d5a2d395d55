import type { Turn } from "~/api/types";

type Send = (turn: Turn, leaving: boolean) => Promise<unknown>;
/** Whether an answer will be the same however often the turn is sent, so that keeping it is of no use. */
type Hopeless = (error: unknown) => boolean;

const KEY = "fumetto-turns";
const SOON = 700;
const LONGEST_PAUSE = 60_000;

/**
 * Page turns on their way to the server. They are written to this browser's storage before they are sent and leave it
 * when the server has acknowledged them, so that a lost connection or a closed tab loses none. What is sent twice is
 * harmless: a page is seen or it is not, and an older turn never overwrites a newer place.
 */
export class TurnLog {
  private waiting: Turn[];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pause = SOON;
  private sending = false;

  constructor(
    private readonly send: Send,
    private readonly hopeless: Hopeless,
    private readonly storage: Storage | null = browserStorage(),
  ) {
    this.waiting = this.stored();
    if (this.waiting.length) this.later(SOON);
  }

  get pending(): readonly Turn[] {
    return this.waiting;
  }

  /** Pages that the reader has just been shown, joined to the last turn where that is of the same episode and not under way. */
  note(turn: Turn): void {
    const last = this.waiting.at(-1);
    const joins = last?.episode_id === turn.episode_id && last.language === turn.language && (!this.sending || this.waiting.length > 1);
    if (joins) {
      this.waiting = [...this.waiting.slice(0, -1), { ...last, ...turn, shown: [...new Set([...last.shown, ...turn.shown])] }];
    } else {
      this.waiting = [...this.waiting, turn];
    }
    this.store();
    this.later(SOON);
  }

  /** Sends what waits, oldest first. `leaving` asks the browser to finish the request without the page. */
  async flush(leaving = false): Promise<void> {
    if (this.sending && !leaving) return;
    this.sending = true;
    clearTimeout(this.timer);
    try {
      for (let turn = this.waiting[0]; turn; turn = this.waiting[0]) {
        try {
          await this.send(turn, leaving);
          this.pause = SOON;
        } catch (error) {
          if (!this.hopeless(error)) {
            this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
            this.later(this.pause);
            return;
          }
        }
        const sent = turn;
        this.waiting = this.waiting.filter((one) => one !== sent);
        this.store();
      }
    } finally {
      this.sending = false;
    }
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private later(pause: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), pause);
  }

  private stored(): Turn[] {
    try {
      const kept: unknown = JSON.parse(this.storage?.getItem(KEY) ?? "[]");
      return Array.isArray(kept) ? (kept as Turn[]).filter((turn) => Array.isArray(turn.shown)) : [];
    } catch {
      return [];
    }
  }

  private store(): void {
    try {
      if (this.waiting.length) this.storage?.setItem(KEY, JSON.stringify(this.waiting.slice(-500)));
      else this.storage?.removeItem(KEY);
    } catch {
      // The storage is full or switched off: the turns are kept for as long as the tab is.
    }
  }
}

function browserStorage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

import type { Turn } from "~/api/types";
import { WAITING_TURNS } from "~/lib/waitingTurns";

type Send = (turn: Turn, leaving: boolean) => Promise<unknown>;
/** Whether an answer will be the same however often the turn is sent, so that keeping it is of no use. */
type Hopeless = (error: unknown) => boolean;

const SOON = 700;
const LONGEST_PAUSE = 20_000;

/**
 * Page turns on their way to the server. They are written to this browser's storage before they are sent and leave it
 * when the server has acknowledged them, so that a lost connection or a closed tab loses none. What is sent twice is
 * harmless: a page is seen or it is not, and an older turn never overwrites a newer place. Each reader's turns are kept
 * apart, for several people may use a browser, and each tab's, so that none writes over another's.
 */
export class TurnLog {
  private waiting: Turn[];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pause = SOON;
  private sending = false;

  private readonly key: string;

  constructor(
    private readonly reader: string,
    private readonly send: Send,
    private readonly hopeless: Hopeless,
    private readonly storage: Storage | null = browserStorage(),
  ) {
    this.key = `${WAITING_TURNS}${reader}.${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
    this.waiting = this.adopted();
    if (this.waiting.length) {
      this.store();
      this.later(SOON);
    }
  }

  get pending(): readonly Turn[] {
    return this.waiting;
  }

  /** Pages that the reader has just been shown, joined to the last turn where that is of the same episode and not under way. */
  note(turn: Turn): void {
    const last = this.waiting.at(-1);
    const joins = last?.episode_id === turn.episode_id && last.language === turn.language && !last.finished && (!this.sending || this.waiting.length > 1);
    if (joins) {
      // The last page named is where the reader is, so a page that was come back to is named last again.
      const before = last.shown.filter((index) => !turn.shown.includes(index));
      this.waiting = [...this.waiting.slice(0, -1), { ...last, ...turn, shown: [...before, ...turn.shown] }];
    } else {
      this.waiting = [...this.waiting, turn];
    }
    this.store();
    this.later(SOON);
  }

  /** Sends what waits, oldest first. */
  async flush(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    try {
      for (let turn = this.waiting[0]; turn; turn = this.waiting[0]) {
        if (!(await this.sent(turn, false))) {
          this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
          this.later(this.pause);
          return;
        }
        this.pause = SOON;
      }
    } finally {
      this.sending = false;
    }
  }

  /** Sends everything at once, in requests that outlive the page. What gets no answer is sent again the next time. */
  leave(): void {
    for (const turn of this.waiting) void this.sent(turn, true);
  }

  /** Whether the server has this turn now, or never will. */
  private async sent(turn: Turn, leaving: boolean): Promise<boolean> {
    try {
      await this.send(turn, leaving);
    } catch (error) {
      if (!this.hopeless(error)) return false;
    }
    this.waiting = this.waiting.filter((one) => one !== turn);
    this.store();
    return true;
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private later(pause: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), pause);
  }

  /** Takes over what earlier tabs of this reader left, or tabs still open: what two of them send does no harm. */
  private adopted(): Turn[] {
    const found: Turn[] = [];
    try {
      const mine = `${WAITING_TURNS}${this.reader}.`;
      for (const key of Object.keys(this.storage ?? {}).filter((one) => one.startsWith(mine))) {
        found.push(...turnsIn(this.storage?.getItem(key)));
        this.storage?.removeItem(key);
      }
    } catch {
      // The storage is switched off.
    }
    return found.sort((a, b) => a.at.localeCompare(b.at));
  }

  private store(): void {
    try {
      if (this.waiting.length) this.storage?.setItem(this.key, JSON.stringify(this.waiting.slice(-500)));
      else this.storage?.removeItem(this.key);
    } catch {
      // The storage is full or switched off: the turns are kept for as long as the tab is.
    }
  }
}

/** The turns in a stored text; none in one that is something else. */
function turnsIn(text: string | null | undefined): Turn[] {
  try {
    const kept: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(kept) ? (kept as Turn[]).filter((turn) => Array.isArray(turn.shown) && typeof turn.at === "string") : [];
  } catch {
    return [];
  }
}

function browserStorage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

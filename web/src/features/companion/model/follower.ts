type Send = (pageId: string) => Promise<void>;

const SETTLE = 450;
const AGAIN = [1_000, 3_000, 10_000];

/**
 * Tells the server which page a session has come to, without anybody waiting for it: once turning has come to rest, one
 * request at a time, the last page wins. A request that fails is sent again, with the page that is open then.
 */
export class Follower {
  private wanted: string | null = null;
  private sending: Promise<void> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;

  /** `told` is the page that the server knows of. */
  constructor(
    private told: string | null,
    private readonly send: Send,
    /** Whether an error will be the same however often it is tried. */
    private readonly hopeless: (error: unknown) => boolean,
  ) {}

  note(pageId: string): void {
    if (pageId === (this.wanted ?? this.told)) return;
    this.wanted = pageId;
    this.failures = 0;
    this.later(SETTLE);
  }

  /** Another window may have moved the session: what the server knows is no longer sure. */
  doubt(): void {
    this.told = null;
  }

  /** Tells it now, and returns when the server knows. Throws what keeps it from knowing. */
  async flush(pageId: string): Promise<void> {
    clearTimeout(this.timer);
    while (this.sending) await this.sending.catch(() => undefined);
    if (pageId !== this.told) await this.sent(pageId);
    if (this.wanted === pageId) this.wanted = null;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.wanted = null;
  }

  private later(pause: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.go(), pause);
  }

  private async go(): Promise<void> {
    const page = this.wanted;
    if (page === null || this.sending) return;
    try {
      if (page !== this.told) await this.sent(page);
      this.failures = 0;
      if (this.wanted === page) this.wanted = null;
    } catch (error) {
      if (this.wanted !== page) this.failures = 0;
      else if (this.hopeless(error)) this.wanted = null;
      else this.later(AGAIN[Math.min(this.failures++, AGAIN.length - 1)] ?? 0);
      return;
    }
    if (this.wanted !== null) this.later(0);
  }

  private async sent(page: string): Promise<void> {
    this.sending = this.send(page);
    try {
      await this.sending;
      this.told = page;
    } finally {
      this.sending = null;
      // A page that was turned to meanwhile is told next.
      if (this.wanted !== null && this.wanted !== page) this.later(SETTLE);
    }
  }
}

const QUIET = 160;
const PUSH = 40;
const NOTCH_PAUSE = 90;
const FLICK_PAUSE = 320;

export interface Wheeling {
  /** How far, in CSS pixels; positive is onwards. */
  delta: number;
  /** Whether it comes from a wheel with notches, each of which is meant. */
  notch: boolean;
  /** Milliseconds of any clock. */
  at: number;
  /** Whether the page can still be scrolled that way, which comes before turning. */
  free: boolean;
}

/**
 * Reads turns from a wheel. A notch is a turn; a push on a trackpad is one turn however long its inertia rolls on,
 * until it has been quiet or is pushed anew. What began as scrolling never becomes a turn before it has been quiet.
 */
export class WheelTurns {
  private last = -Infinity;
  private turned = -Infinity;
  private before = 0;
  private pushed = 0;
  private spent = false;
  private scrolling = false;

  read({ delta, notch, at, free }: Wheeling): 1 | -1 | 0 {
    if (delta === 0) return 0;
    const size = Math.abs(delta);
    const again = this.spent && size > this.before * 2 + 20 && at - this.turned > FLICK_PAUSE;
    if (at - this.last > QUIET || again || Math.sign(delta) !== Math.sign(this.pushed || delta)) {
      this.pushed = 0;
      this.spent = false;
      this.scrolling = false;
    }
    this.last = at;
    this.before = size;
    this.pushed += delta;
    if (free) this.scrolling = true;
    if (this.scrolling) return 0;
    const meant = notch ? at - this.turned >= NOTCH_PAUSE : !this.spent && Math.abs(this.pushed) >= PUSH;
    if (!meant) return 0;
    this.spent = true;
    this.turned = at;
    return delta > 0 ? 1 : -1;
  }
}

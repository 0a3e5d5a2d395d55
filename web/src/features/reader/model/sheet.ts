/** How much of the window a sheet on a phone takes at its three stops: its head, half, and nearly all. */
export const STOPS = [0.17, 0.54, 0.92] as const;
export type Stop = 0 | 1 | 2;

const THROWN = 0.5;

/** Where a sheet comes to rest that is let go at this share of the window; thrown (shares per second, upwards) it goes on. */
export function stopAt(share: number, speed: number, from: Stop): Stop | "closed" {
  if (share < STOPS[0] * 0.6 || (from === 0 && speed < -THROWN)) return "closed";
  if (speed > THROWN) return clamped(STOPS.findIndex((stop) => stop > share), 2);
  if (speed < -THROWN) return clamped(STOPS.findLastIndex((stop) => stop < share), 0);
  const away = STOPS.map((stop) => Math.abs(stop - share));
  return clamped(away.indexOf(Math.min(...away)), 0);
}

function clamped(stop: number, none: Stop): Stop {
  return stop === 0 || stop === 1 || stop === 2 ? stop : none;
}

const SMALLEST = 0.02;
const HEADROOM = 0.25;

/**
 * Where a page's picture lies so that a part of it fills a square: the part's shorter side is as long as the square's, and its middle is shown,
 * or a little above that where it is tall, for that is where faces are. `box` in fractions of the page, `tall` the page's height by its width.
 */
export function filled([x = 0, y = 0, width = 1, height = 1]: readonly number[], tall: number): { width: string; left: string; top: string } {
  const side = Math.max(Math.min(width, height * tall), SMALLEST);
  const left = x + (width - side) / 2;
  const top = y * tall + (height * tall - side) * HEADROOM;
  return { width: `${100 / side}%`, left: `${(-100 * left) / side}%`, top: `${(-100 * top) / side}%` };
}

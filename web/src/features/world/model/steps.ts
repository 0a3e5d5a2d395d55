import type { Neighbours } from "./graph";
import type { Spot, Spots } from "./layout";

const WAYS: Record<string, Spot> = { ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 }, ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 } };
/** So far to either side of straight ahead still counts as that way, as a cosine: 70 degrees. */
const AHEAD = 0.34;

export const isStep = (key: string) => Object.hasOwn(WAYS, key);

/** Where an arrow key leads: to a neighbour that way, else to whoever is nearest that way; null where nobody is. */
export function stepFrom(from: string, key: string, shown: readonly string[], spots: Spots, neighbours: Neighbours): string | null {
  const way = WAYS[key];
  const here = spots.get(from);
  if (!way || !here) return null;
  const nearest = (ids: Iterable<string>) => {
    let best: string | null = null;
    let least = Infinity;
    for (const id of ids) {
      const at = spots.get(id);
      if (id === from || !at) continue;
      const [dx, dy] = [at.x - here.x, at.y - here.y];
      const away = Math.hypot(dx, dy) || 1;
      const straight = (dx * way.x + dy * way.y) / away;
      if (straight < AHEAD) continue;
      // What lies to the side counts as further.
      const cost = away * (2 - straight);
      if (cost < least) [best, least] = [id, cost];
    }
    return best;
  };
  const tied = neighbours.get(from);
  return nearest(shown.filter((id) => tied?.has(id))) ?? nearest(shown);
}

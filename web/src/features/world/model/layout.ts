import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type SimulationLinkDatum, type SimulationNodeDatum } from "d3-force";

import type { WorldTie } from "~/api/types";

/** The middle of an entity, in the graph's own pixels. */
export interface Spot {
  x: number;
  y: number;
}

export type Spots = Map<string, Spot>;

/** Room for a portrait and its name below. */
export const APART = 128;
const TIE = 168;
const PUSH = -780;
const PULL = 0.075;
/** Neighbours on a sunflower are this far round. */
const GOLDEN = Math.PI * (3 - Math.sqrt(5));

interface Body extends SimulationNodeDatum {
  id: string;
}

const memory = new Map<string, Spots>();

/** The places of a world as long as the application is open: who leaves as the reader goes back returns to where they were. */
export function spotsOf(world: string): Spots {
  const known = memory.get(world) ?? new Map<string, Spot>();
  memory.set(world, known);
  return known;
}

/**
 * Finds places for those that have none yet. Whoever has one stays there, those that are away included, so that nobody
 * jumps when others arrive. Always the same for the same world. `aspect` is the room's width over its height.
 */
export function settle(spots: Spots, ids: readonly string[], ties: readonly Pick<WorldTie, "source_id" | "target_id">[], aspect = 1): void {
  const coming = ids.filter((id) => !spots.has(id));
  if (!coming.length) return;
  const placed = [...spots].map(([id, { x, y }]): Body => ({ id, x, y, fx: x, fy: y }));
  const bodies = new Map(placed.map((body) => [body.id, body]));
  const near = new Map<string, string[]>();
  for (const { source_id: source, target_id: target } of ties) {
    near.set(source, [...(near.get(source) ?? []), target]);
    near.set(target, [...(near.get(target) ?? []), source]);
  }
  const reach = Math.max(0, ...placed.map(({ x = 0, y = 0 }) => Math.hypot(x, y)));
  inOrder(coming, near, bodies).forEach((id, index) => bodies.set(id, { id, ...startOf(id, index, reach, near, bodies) }));

  const all = [...bodies.values()];
  const links: SimulationLinkDatum<Body>[] = ties.flatMap(({ source_id: source, target_id: target }) => (source !== target && bodies.has(source) && bodies.has(target) ? [{ source, target }] : []));
  const wide = Math.min(2, Math.max(0.5, aspect));
  forceSimulation(all)
    .force("tie", forceLink<Body, SimulationLinkDatum<Body>>(links).id(({ id }) => id).distance(TIE))
    .force("push", forceManyBody<Body>().strength(PUSH).distanceMax(900))
    .force("apart", forceCollide<Body>(APART / 2).iterations(3))
    .force("across", forceX<Body>().strength(PULL / wide))
    .force("down", forceY<Body>().strength(PULL * wide))
    .stop()
    .tick(240);
  for (const id of coming) {
    const { x = 0, y = 0 } = bodies.get(id) ?? {};
    spots.set(id, { x: Math.round(x), y: Math.round(y) });
  }
}

/** Those with somebody to stand beside first, so that each begins near whom they are tied to. */
function inOrder(coming: readonly string[], near: ReadonlyMap<string, readonly string[]>, bodies: ReadonlyMap<string, Body>): string[] {
  const waiting = new Set(coming);
  const queue = coming.filter((id) => near.get(id)?.some((other) => bodies.has(other)));
  const order: string[] = [];
  const take = () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      if (!waiting.delete(id)) continue;
      order.push(id);
      queue.push(...(near.get(id) ?? []).filter((other) => waiting.has(other)));
    }
  };
  take();
  const mostTied = [...waiting].sort((one, other) => (near.get(other)?.length ?? 0) - (near.get(one)?.length ?? 0));
  for (const id of mostTied) {
    if (!waiting.has(id)) continue;
    queue.push(id);
    take();
  }
  return order;
}

function startOf(id: string, index: number, reach: number, near: ReadonlyMap<string, readonly string[]>, bodies: ReadonlyMap<string, Body>): Spot {
  const beside = (near.get(id) ?? []).map((other) => bodies.get(other)).filter((body) => body !== undefined);
  const turn = index * GOLDEN;
  const away = beside.length ? TIE : reach === 0 ? APART * Math.sqrt(index) * 0.7 : reach + APART;
  const x = beside.reduce((sum, body) => sum + (body.x ?? 0), 0) / (beside.length || 1);
  const y = beside.reduce((sum, body) => sum + (body.y ?? 0), 0) / (beside.length || 1);
  return { x: x + Math.cos(turn) * away, y: y + Math.sin(turn) * away };
}

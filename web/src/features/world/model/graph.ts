import type { EntityKind, World, WorldEntity, WorldTie } from "~/api/types";

/** The kinds, in the order that they are listed in. */
export const KINDS: readonly EntityKind[] = ["character", "creature", "place", "group", "object", "concept", "event"];

/** So many are drawn at once; a larger world is drawn a neighbourhood at a time. */
const DRAWN_WHOLE = 100;
const DRAWN_AROUND = 60;

/** What is looked at closely, and how many ties away one still looks. */
export interface Focus {
  id: string;
  steps: 1 | 2;
}

/** Who is tied to whom, both ways. */
export type Neighbours = ReadonlyMap<string, ReadonlySet<string>>;

export function neighboursOf({ entities, relationships }: World): Neighbours {
  const all = new Map(entities.map(({ id }) => [id, new Set<string>()]));
  for (const { source_id: source, target_id: target } of relationships) {
    if (source === target) continue;
    all.get(source)?.add(target);
    all.get(target)?.add(source);
  }
  return all;
}

export function countsOf(entities: readonly WorldEntity[]): Map<EntityKind, number> {
  const counts = new Map<EntityKind, number>();
  for (const { kind } of entities) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** Whoever has the most ties, the first by name among equals; null in an empty world. */
export function centreOf(entities: readonly WorldEntity[], neighbours: Neighbours): string | null {
  let best: WorldEntity | null = null;
  for (const one of entities) if (!best || moreTied(one, best, neighbours) < 0) best = one;
  return best?.id ?? null;
}

export interface Drawn {
  entities: WorldEntity[];
  relationships: WorldTie[];
  /** Around whom, where that is not everything. */
  around: string | null;
  /** How many there would be with room for all of them. */
  of: number;
  /** Whether there are too many to draw all of them at once. */
  large: boolean;
}

interface View {
  focus: Focus | null;
  hidden: ReadonlySet<EntityKind>;
  neighbours: Neighbours;
  /** Around whom a world is drawn that is too large to be drawn whole, as long as nobody has chosen. */
  start: string | null;
}

/** The part of a world that is drawn: all of it, what is around a focus, or what is around somebody where all would be too much. */
export function drawnOf(world: World, { focus, hidden, neighbours, start }: View): Drawn {
  const shown = world.entities.filter(({ id, kind }) => id === focus?.id || !hidden.has(kind));
  const byId = new Map(shown.map((one) => [one.id, one]));
  const large = shown.length > DRAWN_WHOLE;
  const around = focus && byId.has(focus.id) ? focus.id : large ? (start !== null && byId.has(start) ? start : centreOf(shown, neighbours)) : null;
  let entities = shown;
  let of = shown.length;
  if (around !== null) {
    const rings = ringsAround(around, focus?.steps ?? 2, neighbours, byId);
    of = rings.reduce((sum, ring) => sum + ring.length, 0);
    const within = new Set(rings.flat().slice(0, DRAWN_AROUND));
    entities = shown.filter(({ id }) => within.has(id));
    if (focus?.id !== around) of = shown.length;
  }
  const drawn = new Set(entities.map(({ id }) => id));
  const relationships = world.relationships.filter(({ source_id: source, target_id: target }) => source !== target && drawn.has(source) && drawn.has(target));
  return { entities, relationships, around, of, large };
}

/** Whoever is no, one, two … ties away, the most tied of each ring first. */
function ringsAround(from: string, steps: number, neighbours: Neighbours, among: ReadonlyMap<string, WorldEntity>): string[][] {
  const met = new Set([from]);
  const rings = [[from]];
  for (let step = 0; step < steps; step += 1) {
    const ring: WorldEntity[] = [];
    for (const id of rings[step] ?? []) {
      for (const next of neighbours.get(id) ?? []) {
        const one = among.get(next);
        if (!one || met.has(next)) continue;
        met.add(next);
        ring.push(one);
      }
    }
    rings.push(ring.sort((one, other) => moreTied(one, other, neighbours)).map(({ id }) => id));
  }
  return rings;
}

function moreTied(one: WorldEntity, other: WorldEntity, neighbours: Neighbours): number {
  return (neighbours.get(other.id)?.size ?? 0) - (neighbours.get(one.id)?.size ?? 0) || byName(one, other);
}

const names = new Intl.Collator();
export const byName = (one: WorldEntity, other: WorldEntity) => names.compare(one.name, other.name) || (one.id < other.id ? -1 : 1);

/** Whoever is in the second of two worlds and not in the first. Nobody where nothing is known of the first. */
export function newcomers(before: World | undefined, now: World): ReadonlySet<string> {
  if (!before) return new Set();
  const known = new Set(before.entities.map(({ id }) => id));
  return new Set(now.entities.filter(({ id }) => !known.has(id)).map(({ id }) => id));
}

const folded = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

/** Those whose name holds all the words; whose name begins with them first. */
export function found(entities: readonly WorldEntity[], words: string): WorldEntity[] {
  const parts = folded(words).split(/\s+/).filter(Boolean);
  const [first] = parts;
  if (first === undefined) return [];
  const rank = (name: string) => (name.startsWith(first) ? 0 : name.includes(` ${first}`) ? 1 : 2);
  return entities
    .map((one) => ({ one, name: folded(one.name) }))
    .filter(({ name }) => parts.every((part) => name.includes(part)))
    .sort((a, b) => rank(a.name) - rank(b.name) || byName(a.one, b.one))
    .map(({ one }) => one);
}

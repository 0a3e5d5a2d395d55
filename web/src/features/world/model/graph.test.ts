import { describe, expect, it } from "vitest";

import type { EntityKind, World, WorldEntity } from "~/api/types";

import { centreOf, countsOf, drawnOf, found, neighboursOf, newcomers } from "./graph";

const one = (id: string, kind: EntityKind = "character", name = id): WorldEntity => ({ id, slug: id, name, kind, character_id: null, portrait: null, new: false });
const worldOf = (entities: WorldEntity[], ...ties: [string, string][]): World => ({
  entities,
  relationships: ties.map(([source_id, target_id], index) => ({ id: `tie ${index}`, source_id, target_id, kind: "friend_of", label: "" })),
});
const drawn = (world: World, view: Partial<Parameters<typeof drawnOf>[1]> = {}) =>
  drawnOf(world, { focus: null, hidden: new Set(), neighbours: neighboursOf(world), start: null, ...view });
const ids = ({ entities }: { entities: readonly WorldEntity[] }) => entities.map(({ id }) => id).sort();

const chain = worldOf([one("a"), one("b"), one("c"), one("d", "place")], ["a", "b"], ["c", "b"], ["c", "d"]);

describe("what is drawn of a world", () => {
  it("is all of a small one", () => {
    expect(ids(drawn(chain))).toEqual(["a", "b", "c", "d"]);
    expect(drawn(chain)).toMatchObject({ around: null, of: 4, large: false });
  });

  it("is who is one tie away from whom one looks at, or two, whichever way the ties go", () => {
    expect(ids(drawn(chain, { focus: { id: "a", steps: 1 } }))).toEqual(["a", "b"]);
    expect(ids(drawn(chain, { focus: { id: "a", steps: 2 } }))).toEqual(["a", "b", "c"]);
    expect(drawn(chain, { focus: { id: "a", steps: 1 } }).relationships).toHaveLength(1);
  });

  it("leaves out kinds and the ties that end in them, but never whom one looks at", () => {
    const without = drawn(chain, { hidden: new Set(["place"]) });
    expect(ids(without)).toEqual(["a", "b", "c"]);
    expect(without.relationships).toHaveLength(2);
    expect(ids(drawn(chain, { hidden: new Set(["place"]), focus: { id: "d", steps: 1 } }))).toEqual(["c", "d"]);
  });

  it("is, of a large one, what is around whoever has the most ties, and says how much there is", () => {
    const many = Array.from({ length: 400 }, (_, index) => one(`n${index}`));
    const world = worldOf(many, ...many.slice(1, 301).map(({ id }): [string, string] => ["n0", id]));
    const part = drawn(world);
    expect(part).toMatchObject({ around: "n0", of: 400, large: true });
    expect(part.entities).toHaveLength(60);
    expect(drawn(world, { start: "n5" }).around).toBe("n5");
    expect(drawn(world, { focus: { id: "n0", steps: 1 } }).of).toBe(301);
  });

  it("has no ties of somebody with themselves", () => {
    expect(drawn(worldOf([one("a")], ["a", "a"])).relationships).toEqual([]);
  });
});

describe("a world", () => {
  it("is counted by kind, and has a middle", () => {
    expect(Object.fromEntries(countsOf(chain.entities))).toEqual({ character: 3, place: 1 });
    expect(centreOf(chain.entities, neighboursOf(chain))).toBe("b");
    expect(centreOf([], new Map())).toBeNull();
  });

  it("says who is new in it, and nobody where nothing is known of before", () => {
    expect([...newcomers(worldOf([one("a")]), worldOf([one("a"), one("b")]))]).toEqual(["b"]);
    expect(newcomers(chain, worldOf([one("a")])).size).toBe(0);
    expect(newcomers(undefined, chain).size).toBe(0);
  });

  it("is searched by parts of names, without accents, best first", () => {
    const people = [one("1", "character", "Squirrel’s End"), one("2", "character", "Élan"), one("3", "character", "The Endless Sea"), one("4", "character", "Endive")];
    expect(found(people, "end").map(({ name }) => name)).toEqual(["Endive", "Squirrel’s End", "The Endless Sea"]);
    expect(found(people, "elan").map(({ id }) => id)).toEqual(["2"]);
    expect(found(people, "end squ").map(({ id }) => id)).toEqual(["1"]);
    expect(found(people, "  ")).toEqual([]);
  });
});

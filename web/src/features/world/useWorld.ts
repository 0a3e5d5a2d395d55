import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import type { World } from "~/api/types";
import { worldQuery } from "~/api/world";

import { countsOf, neighboursOf, newcomers } from "./model/graph";

const NOTHING: World = { entities: [], relationships: [] };

interface Where {
  slug: string;
  page: string | null;
  before: string | null;
  waits: boolean;
}

interface Last {
  world: World | undefined;
  arrived: ReadonlySet<string>;
}

/** A world as it is known where the reader is, and who in it is new there. */
export function useWorld({ slug, page, before, waits }: Where) {
  const query = useQuery({ ...worldQuery(slug, page), enabled: !waits });
  const earlier = useQuery({ ...worldQuery(slug, before), enabled: before !== null && !waits, placeholderData: undefined }).data;
  const world = query.data ?? NOTHING;

  // Whoever was not there when the world was last looked at comes in softly.
  const [last, setLast] = useState<Last>({ world: query.data, arrived: new Set() });
  if (query.data !== last.world) setLast({ world: query.data, arrived: query.data ? newcomers(last.world, query.data) : new Set() });

  return {
    query,
    world,
    arrived: last.arrived,
    neighbours: useMemo(() => neighboursOf(world), [world]),
    counts: useMemo(() => countsOf(world.entities), [world]),
    byId: useMemo(() => new Map(world.entities.map((one) => [one.id, one])), [world]),
    /** Who is known here and was not on the page before. */
    newHere: useMemo(() => newcomers(query.isPlaceholderData ? undefined : earlier, world), [earlier, world, query.isPlaceholderData]),
  };
}

import type { EntityKind } from "~/api/types";

import type { Focus } from "./graph";

/** What the card is about; of an article, also the heading that it is to be opened at. */
export interface Chosen {
  what: "entity" | "article";
  id: string;
  heading?: string | undefined;
  /** Whose card it was opened from. */
  from?: string | undefined;
}

/** What somebody looked at in a world, for when they come back to it. */
export interface Kept {
  chosen: Chosen | null;
  focus: Focus | null;
  hidden: ReadonlySet<EntityKind>;
}

const memory = new Map<string, Kept>();

export function remembered(world: string): Kept {
  const kept = memory.get(world) ?? { chosen: null, focus: null, hidden: new Set() };
  memory.set(world, kept);
  return kept;
}

import type { Thing } from "~/api/editing";

/** What the review list is narrowed to, and which things that means. */
export const KINDS = {
  fact: ["wiki_fact"],
  lore: ["entity_fact"],
  entity: ["entity"],
  relationship: ["relationship"],
  person: ["character"],
  name: ["alias"],
} as const satisfies Record<string, readonly Thing[]>;

export type Kind = keyof typeof KINDS;

export const BALLOON_KINDS = ["speech", "thought", "caption", "sound", "title", "credit"] as const;
export const ENTITY_KINDS = ["character", "creature", "place", "group", "object", "concept", "event"] as const;

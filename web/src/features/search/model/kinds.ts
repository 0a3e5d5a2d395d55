import type { PassageKind } from "~/api/types";

/** What to look in, as a reader thinks of it; each stands for one or two of the server's kinds. */
export const KINDS = ["dialogue", "picture", "note", "lore"] as const;
export type Kind = (typeof KINDS)[number];

const MEANT: Record<Kind, PassageKind[]> = {
  dialogue: ["dialogue"],
  picture: ["description", "panel"],
  note: ["note"],
  lore: ["wiki", "fact"],
};

export function kindsMeant(kind: Kind | undefined): PassageKind[] | undefined {
  return kind && MEANT[kind];
}

export function kindOf(passage: PassageKind): Kind {
  return KINDS.find((kind) => MEANT[kind].includes(passage)) ?? "lore";
}

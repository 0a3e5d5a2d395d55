import { useCallback } from "react";

import { useText } from "~/lib/language";

/** The kinds of ties that have a name in the interface's languages; others are written as they are. */
const NAMED = new Set(["child_of", "familiar_of", "friend_of", "lives_in", "located_in", "member_of", "parent_of", "part_of", "rival_of", "summoned_by"]);

interface Tie {
  kind: string;
  label: string;
}

/** What a tie is called: its own words, else those for its kind. */
export function useTieName(): (tie: Tie) => string {
  const text = useText();
  return useCallback(({ kind, label }) => label || (NAMED.has(kind) ? text(`world.tie.${kind}`) : kind.replaceAll("_", " ")), [text]);
}

import type { TextState } from "~/api/words";
import { useText } from "~/lib/language";
import { Tag } from "~/ui/Tag";

const TONES = { overridden: "ok", stale: "warn", broken: "danger", missing: "plain" } as const;

/** How a text stands; nothing for one that is said as Fumetto says it. */
export function Badge({ state }: { state: TextState }) {
  const text = useText();
  return state === "original" ? null : <Tag tone={TONES[state]}>{text(`admin.words.states.${state}`)}</Tag>;
}

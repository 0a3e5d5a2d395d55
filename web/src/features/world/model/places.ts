import type { Evidence, PagePlace } from "~/api/types";
import type { Text } from "~/lib/language";

/** The reader's address parameters for a page that shows why something is known, with the balloon or panel to ring. */
export function readerSearchOf({ page_id, balloon_id, panel }: Evidence): { at: string; balloon?: string; panel?: number } {
  if (balloon_id) return { at: page_id, balloon: balloon_id };
  // The address counts panels from 1, as people do.
  return { at: page_id, ...(panel == null ? {} : { panel: panel + 1 }) };
}

/** "Episode 3, page 2", as short as it can be said. */
export function placeName({ episode_number: episode, page_number: page }: PagePlace, text: Text): string {
  const number = page === null ? text("world.place.cover") : text("world.place.page", { page });
  return episode === null ? number : text("world.place", { episode, page: number });
}

/** Each page once: an evidence may name it for several reasons, of which one with a balloon or a panel says most. */
export function pagesOf(evidence: readonly Evidence[]): Evidence[] {
  const best = new Map<string, Evidence>();
  const says = ({ balloon_id, panel, quote }: Evidence) => (balloon_id ? 4 : 0) + (panel == null ? 0 : 2) + (quote ? 1 : 0);
  for (const one of evidence) {
    const known = best.get(one.page_id);
    if (!known || says(one) > says(known)) best.set(one.page_id, one);
  }
  return [...best.values()];
}

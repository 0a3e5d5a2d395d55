import { useLocation } from "@tanstack/react-router";

import type { Citation } from "~/api/companion";
import type { Text } from "~/lib/language";

/**
 * Where somebody came from who follows a citation. They only look it up: the companion stays at the page they read on,
 * and so does what it knows, until they turn a page there. It is kept with the entry in the browser's history, so that
 * Back leads out of it, and turning a page does too.
 */
export interface Visit {
  episodeId: string;
  pageId: string;
  episode: string | null;
  page: number | null;
}

declare module "@tanstack/react-router" {
  interface HistoryState {
    visit?: Visit;
  }
}

export function useVisit(): Visit | null {
  return useLocation({ select: ({ state }) => state.visit ?? null });
}

interface PlaceOfPage {
  episode: string | null;
  page: number | null;
}

/** "page 7", or "episode 6, page 7" where that is another episode than the one that is open. */
export function nameOfPlace({ episode, page }: PlaceOfPage, text: Text, open: string | null): string {
  const name = page === null ? text("companion.place.cover") : text("companion.place.page", { page });
  return episode === null || episode === open ? name : text("companion.place.elsewhere", { episode, page: name });
}

/** The reader's address parameters for what a citation points at. */
export function searchOf({ page_id: at, kind, language, box, panel }: Citation): { at: string | undefined; lang: string | undefined; box: string | undefined; panel: number | undefined } {
  return {
    at: at ?? undefined,
    lang: kind === "dialogue" ? (language ?? undefined) : undefined,
    box: box ? [box.x, box.y, box.width, box.height].map((share) => Number(share.toFixed(4))).join(",") : undefined,
    panel: box || panel === null ? undefined : panel,
  };
}

/** A model without who provides it: `openai/gpt-4o` is gpt-4o. */
export function nameOfModel(model: string): string {
  return model.slice(model.indexOf("/") + 1);
}

import type { Box, SearchHit } from "~/api/types";
import type { Text } from "~/lib/language";

/** "Pepper & Carrot · episode 6, page 5": where a hit is, in words. */
export function placeOfHit({ series, episode, page }: SearchHit, text: Text): string {
  const parts = [
    episode ? (episode.number === null ? episode.title : text("place.episode", { number: episode.number })) : null,
    page?.page_number != null ? text("search.page", { page: page.page_number }) : null,
  ].filter(Boolean);
  return [series.title, parts.join(", ")].filter(Boolean).join(" · ");
}

/** The reader's address parameters: the page, the lettering that the words are of, and the box to ring on it. */
export function readerSearchOf(hit: SearchHit): { page: number | undefined; lang: string | undefined; box: string | undefined } {
  const around = hit.box ?? (hit.kind === "panel" ? hit.crop : null);
  return {
    page: hit.page?.order_index,
    lang: hit.kind === "dialogue" ? (hit.language ?? undefined) : undefined,
    box: around ? boxParam(around) : undefined,
  };
}

export function boxParam({ x, y, width, height }: Box): string {
  return [x, y, width, height].map((share) => Number(share.toFixed(4))).join(",");
}

/** Where in the crop the words are, as CSS `object-position`, so that a frame of another shape never cuts them off. */
export function focusOf({ box, crop }: Pick<SearchHit, "box" | "crop">): string {
  if (!box || !crop?.width || !crop.height) return "50% 35%";
  // `object-position` aligns the same share of picture and frame, so the middle of the words is asked for a little past.
  const along = (from: number, size: number, start: number, whole: number) => {
    const middle = (from + size / 2 - start) / whole;
    return Math.round(Math.min(1, Math.max(0, (middle - 0.5) * 1.6 + 0.5)) * 100);
  };
  return `${along(box.x, box.width, crop.x, crop.width)}% ${along(box.y, box.height, crop.y, crop.height)}%`;
}

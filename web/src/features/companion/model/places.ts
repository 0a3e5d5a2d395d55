import type { Citation } from "~/api/companion";

const ALL = 0.95; // of a page's width and height, from which a part is the page

/** Citations by what a picture of them shows, in the order of their first: what is cited for several things is shown once. */
export function placesOf(citations: readonly Citation[]): Citation[][] {
  const places = new Map<string, Citation[]>();
  for (const citation of citations) {
    const key = shownBy(citation);
    const there = places.get(key);
    if (there) there.push(citation);
    else places.set(key, [citation]);
  }
  return [...places.values()];
}

function shownBy({ number, page_id: page, panel, box, kind, language }: Citation): string {
  if (page === null) return `alone ${String(number)}`;
  if (kind === "dialogue") return [page, language, box && [box.x, box.y, box.width, box.height].join(" ")].join(" ");
  if (panel !== null) return `${page} panel ${String(panel)}`;
  return box === null || (box.width >= ALL && box.height >= ALL) ? page : [page, box.x, box.y, box.width, box.height].join(" ");
}

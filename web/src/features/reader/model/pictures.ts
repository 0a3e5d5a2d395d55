import type { PageItem } from "~/api/types";
import { assetUrl } from "~/lib/base";

/** The address of a page's picture in the language that is being read, where the page is lettered in it. */
export function pictureUrl(page: PageItem, language: string | null): string {
  return withLanguage(page.image_url, page, language);
}

export function thumbnailUrl(page: PageItem, language: string | null): string {
  return withLanguage(page.thumbnail_url, page, language);
}

function withLanguage(url: string, page: PageItem, language: string | null): string {
  const address = assetUrl(url);
  if (!language || !page.languages.includes(language)) return address;
  return `${address}${address.includes("?") ? "&" : "?"}lang=${encodeURIComponent(language)}`;
}

/** The id of the words that describe a page's picture, for `aria-describedby`. */
export const descriptionId = (pageId: string) => `described-${pageId}`;

const here = new Set<string>();
const coming = new Map<string, Promise<void>>();

/** Whether a picture has been fetched and decoded in this tab, so that it can be shown without a flicker. */
export function isHere(url: string): boolean {
  return here.has(url);
}

/** Fetches and decodes a picture ahead of need. Settles either way: the page itself says when a picture fails. */
export function fetchAhead(url: string): Promise<void> {
  const known = coming.get(url);
  if (known) return known;
  const image = new Image();
  image.decoding = "async";
  image.src = url;
  const done = image
    .decode()
    .then(() => void here.add(url))
    .catch(() => void coming.delete(url));
  coming.set(url, done);
  return done;
}

export function arrived(url: string): void {
  here.add(url);
  for (const listener of waiting) listener();
}

const waiting = new Set<() => void>();

/** Calls back whenever a picture has been drawn; returns how to stop. */
export function onArrival(listener: () => void): () => void {
  waiting.add(listener);
  return () => void waiting.delete(listener);
}

/** The language to open in: the reader's choice for the series, the interface's, the episode's own, or its first. */
export function languageToRead(languages: readonly string[], wanted: readonly (string | null | undefined)[]): string | null {
  for (const tag of wanted) {
    if (!tag) continue;
    const exact = languages.find((one) => one.toLowerCase() === tag.toLowerCase());
    const close = exact ?? languages.find((one) => one.split("-")[0] === tag.split("-")[0]);
    if (close) return close;
  }
  return languages[0] ?? null;
}

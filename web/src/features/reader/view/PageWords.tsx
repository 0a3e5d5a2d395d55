import { useQueries } from "@tanstack/react-query";

import { pageTextsQuery } from "~/api/library";
import type { PageItem } from "~/api/types";
import { inLanguage } from "~/lib/language";

import { useNameOfPage } from "./PageFace";

interface Props {
  pages: readonly PageItem[];
  language: string | null;
  enabled: boolean;
}

/** What the balloons of the open pages say, in reading order, for screen readers. Only of pages that have been seen. */
export function PageWords({ pages, language, enabled }: Props) {
  const nameOf = useNameOfPage();
  const lettered = language ? pages.filter((page) => page.seen && page.languages.includes(language)) : [];
  const texts = useQueries({
    queries: lettered.map((page) => ({ ...pageTextsQuery(page.id, language ?? ""), enabled, retry: false })),
  });
  return (
    <div className="unseen" {...inLanguage(language)}>
      {lettered.map((page, index) => {
        const balloons = texts[index]?.data?.balloons ?? [];
        return balloons.length ? (
          <ol key={page.id} aria-label={nameOf(page)}>
            {balloons.map((balloon, order) => (
              <li key={`${order}-${balloon.text}`}>{balloon.text}</li>
            ))}
          </ol>
        ) : null;
      })}
    </div>
  );
}

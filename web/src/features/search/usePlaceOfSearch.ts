import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";

import { episodeQuery, seriesQuery } from "~/api/library";

interface Place {
  slug: string;
  title: string;
  /** Whether its pages are open now, where a search usually means this book. */
  reading: boolean;
}

/** The series that the screen below is about, if it is about one. */
export function usePlaceOfSearch(): Place | null {
  const { slug, episodeId } = useParams({ strict: false });
  const queries = useQueryClient();
  const series = useQuery({ ...seriesQuery(slug ?? ""), enabled: slug !== undefined }).data;
  if (episodeId) {
    const episode = queries.getQueryData(episodeQuery(episodeId).queryKey);
    return episode ? { slug: episode.series.slug, title: episode.series.title, reading: true } : null;
  }
  return slug && series ? { slug, title: series.title, reading: false } : null;
}

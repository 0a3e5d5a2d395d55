import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";

import { preferencesQuery, savePreferences } from "~/api/reading";
import type { Direction, EpisodeDetail, Fit, Layout, Preferences } from "~/api/types";
import { useLanguage } from "~/lib/language";

import { languageToRead } from "./model/pictures";
import { naturalLayout } from "./model/spreads";

export interface ReaderSettings {
  layout: Layout;
  fit: Fit;
  direction: Direction;
  language: string | null;
  spread_offset: boolean;
  /** Panel by panel. */
  guided: boolean;
  change: (what: Partial<Preferences>) => void;
}

interface Options {
  signedIn: boolean;
  /** The language asked for in the address, which wins. */
  asked: string | undefined;
  window: { width: number; height: number };
}

/** How this series is read: what the reader chose for it, else what suits the book and the window. Ready when known. */
export function useReaderSettings(episode: EpisodeDetail, { signedIn, asked, window }: Options): ReaderSettings & { ready: boolean } {
  const queries = useQueryClient();
  const { language: spoken } = useLanguage();
  const options = preferencesQuery(episode.series.id);
  const { data, isPending } = useQuery({ ...options, enabled: signedIn });
  const { mutate } = useMutation({ mutationFn: (all: Partial<Preferences>) => savePreferences(episode.series.id, all) });

  const change = useCallback(
    (what: Partial<Preferences>) => {
      const all = { ...queries.getQueryData(options.queryKey), ...what };
      queries.setQueryData(options.queryKey, all);
      if (signedIn) mutate(all);
    },
    // The key is made anew each time and is the same for the same series.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [queries, episode.series.id, signedIn, mutate],
  );

  return useMemo(() => {
    const direction = data?.direction ?? episode.direction;
    return {
      ready: !signedIn || !isPending,
      layout: data?.layout ?? naturalLayout(direction, window.width, window.height),
      fit: data?.fit ?? "page",
      direction,
      language: languageToRead(episode.languages, [asked, data?.language, spoken, episode.language]),
      spread_offset: data?.spread_offset ?? false,
      guided: data?.guided ?? false,
      change,
    };
  }, [data, isPending, signedIn, episode, asked, spoken, window.width, window.height, change]);
}

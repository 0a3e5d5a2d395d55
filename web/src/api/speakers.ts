import { queryOptions } from "@tanstack/react-query";

import { getSeriesModel, listModels, putSeriesModel } from "./generated";
import { answer } from "./http";

/** The models that may answer, and how they do. */
export const speakersQuery = queryOptions({ queryKey: ["companion", "models"], queryFn: ({ signal }) => answer(listModels({ signal })), retry: false, staleTime: 60_000 });
/** Which of them answers about a series; null: the one by default. */
export const speakerOfSeriesQuery = (seriesId: string) =>
  queryOptions({ queryKey: ["companion", "model", seriesId], queryFn: ({ signal }) => answer(getSeriesModel({ path: { series_id: seriesId }, signal })), retry: false });
export const chooseSpeaker = (seriesId: string, model: string | null) => answer(putSeriesModel({ path: { series_id: seriesId }, body: { model } }));

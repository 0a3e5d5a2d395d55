import { NativeSelect } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { chooseSpeaker, speakerOfSeriesQuery, speakersQuery } from "~/api/speakers";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { explain } from "~/ui/Failure";

const DEFAULT = "";

/** Which chat model answers about a series, where there is a choice. */
export function Speaker({ seriesId }: { seriesId: string }) {
  const text = useText();
  const queries = useQueryClient();
  const models = useQuery(speakersQuery).data?.items ?? [];
  const choice = useQuery({ ...speakerOfSeriesQuery(seriesId), enabled: models.length > 1 });
  const choose = useMutation({
    mutationFn: (model: string | null) => chooseSpeaker(seriesId, model),
    onSuccess: (chosen) => {
      queries.setQueryData(speakerOfSeriesQuery(seriesId).queryKey, chosen);
      notify(text("editing.speaker.chosen"));
    },
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  if (models.length < 2 || !choice.data) return null;
  const named = (name: string) => (name === "builtin" ? text("editing.speaker.builtin") : name);
  const usual = models.find((one) => one.by_default);
  const chosen = choice.data.model ?? null;
  // One that the settings no longer offer stays in sight: questions say that it cannot be had.
  const names = [...new Set([...models.map((one) => one.name), ...(chosen ? [chosen] : [])])];
  return (
    <NativeSelect
      size="xs"
      label={text("editing.speaker.label")}
      description={models.find((one) => one.name === (chosen ?? usual?.name))?.note ?? undefined}
      inputWrapperOrder={["label", "input", "description"]}
      value={choose.isPending ? (choose.variables ?? DEFAULT) : (chosen ?? DEFAULT)}
      disabled={choose.isPending}
      data={[{ value: DEFAULT, label: text("editing.speaker.usual", { model: usual ? named(usual.name) : "" }) }, ...names.map((name) => ({ value: name, label: named(name) }))]}
      onChange={(event) => choose.mutate(event.currentTarget.value || null)}
    />
  );
}

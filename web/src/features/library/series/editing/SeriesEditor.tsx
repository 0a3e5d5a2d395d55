import { NumberInput, Select, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";

import { changeSeries } from "~/api/library";
import type { EpisodeCard, SeriesDetail } from "~/api/types";
import { useLanguage, useText } from "~/lib/language";

import { useEdit } from "../../shared/useEdit";
import { titleOf } from "../../shared/words";

import { CoverField } from "./CoverField";
import { CreditsField, meantCredits } from "./CreditsField";
import { EditDrawer } from "./EditDrawer";
import { Lockable } from "./Lockable";
import { useDraft } from "./useDraft";

interface Props {
  series: SeriesDetail;
  episodes: EpisodeCard[];
  onClose: () => void;
}

export default function SeriesEditor({ series, episodes, onClose }: Props) {
  const text = useText();
  const { language } = useLanguage();
  const edit = useEdit();
  const [from, setFrom] = useState(episodes[0]?.id ?? null);
  const draft = useDraft(
    {
      title: series.title,
      sort_title: series.sort_title,
      summary: series.summary,
      publisher: series.publisher,
      year: series.year,
      language: series.language,
      direction: series.direction,
      age_rating: series.age_rating,
      tags: series.tags,
      credits: series.credits,
      license: series.license,
      attribution: series.attribution,
      cover_page_id: series.cover?.page_id ?? null,
    },
    series.locked_fields,
  );
  const save = () => {
    const changes = draft.changes();
    if (changes.credits) changes.credits = meantCredits(changes.credits);
    edit.mutate({ send: () => changeSeries(series.id, changes), said: text("edit.saved", { name: series.title }) }, { onSuccess: onClose });
  };
  const line = (name: "title" | "sort_title" | "publisher" | "language" | "age_rating" | "license") => {
    const field = draft.field(name);
    const label = text(`field.${name}`);
    const needed = name === "title" || name === "sort_title";
    return (
      <Lockable field={field} name={label}>
        <TextInput
          label={label}
          value={field.value ?? ""}
          required={needed}
          withAsterisk={false}
          onChange={(event) => field.onChange(event.currentTarget.value || (needed ? "" : null))}
        />
      </Lockable>
    );
  };
  const summary = draft.field("summary");
  const attribution = draft.field("attribution");
  const year = draft.field("year");
  const direction = draft.field("direction");
  const tags = draft.field("tags");
  const credits = draft.field("credits");
  const cover = draft.field("cover_page_id");
  return (
    <EditDrawer title={text("series.editTitle")} dirty={draft.dirty} busy={edit.isPending} onSave={save} onClose={onClose}>
      {line("title")}
      {line("sort_title")}
      <Lockable field={summary} name={text("field.summary")}>
        <Textarea
          label={text("field.summary")}
          description={text("field.summaryHelp")}
          value={summary.value ?? ""}
          rows={4}
          onChange={(event) => summary.onChange(event.currentTarget.value || null)}
        />
      </Lockable>
      {from ? (
        <Lockable field={cover} name={text("field.cover")}>
          {episodes.length > 1 ? (
            <Select
              label={text("edit.coverFrom")}
              mb={8}
              data={episodes.map((episode) => ({
                value: episode.id,
                label: [episode.number, titleOf(episode, language, text).title].filter(Boolean).join(" · "),
              }))}
              value={from}
              allowDeselect={false}
              onChange={setFrom}
            />
          ) : null}
          <CoverField episodeId={from} value={cover.value} onChange={cover.onChange} />
        </Lockable>
      ) : null}
      <Lockable field={direction} name={text("field.direction")}>
        <Select
          label={text("field.direction")}
          data={(["ltr", "rtl", "vertical"] as const).map((value) => ({ value, label: text(`direction.${value}`) }))}
          value={direction.value}
          allowDeselect={false}
          onChange={(value) => direction.onChange((value ?? "ltr"))}
        />
      </Lockable>
      {line("age_rating")}
      <Lockable field={tags} name={text("field.tags")}>
        <TagsInput label={text("field.tags")} description={text("field.tagsHelp")} value={tags.value} onChange={tags.onChange} />
      </Lockable>
      {line("publisher")}
      <Lockable field={year} name={text("field.year")}>
        <NumberInput
          label={text("field.year")}
          value={year.value ?? ""}
          min={1000}
          max={9999}
          allowDecimal={false}
          hideControls
          onChange={(value) => year.onChange(value === "" ? null : Number(value))}
        />
      </Lockable>
      {line("language")}
      <Lockable field={credits} name={text("field.credits")}>
        <CreditsField value={credits.value} onChange={credits.onChange} />
      </Lockable>
      {line("license")}
      <Lockable field={attribution} name={text("field.attribution")}>
        <Textarea
          label={text("field.attribution")}
          description={text("field.attributionHelp")}
          value={attribution.value ?? ""}
          rows={3}
          onChange={(event) => attribution.onChange(event.currentTarget.value || null)}
        />
      </Lockable>
    </EditDrawer>
  );
}

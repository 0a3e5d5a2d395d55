import { Drawer, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { changeEpisode, episodeQuery } from "~/api/library";
import type { EpisodeDetail } from "~/api/types";
import { nameOfLanguage, useText } from "~/lib/language";
import { Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import { useEdit } from "../../shared/useEdit";

import { CoverField } from "./CoverField";
import { CreditsField, meantCredits } from "./CreditsField";
import { EditDrawer } from "./EditDrawer";
import { Lockable } from "./Lockable";
import { SummaryField } from "./SummaryField";
import { TitlesField } from "./TitlesField";
import { useDraft } from "./useDraft";

type Fields = Pick<
  EpisodeDetail,
  "title" | "titles" | "number" | "plot_summary" | "published_at" | "language" | "age_rating" | "credits" | "credits_url" | "commentary_url" | "license"
> & {
  /** Null follows the series. */
  direction: EpisodeDetail["direction"] | null;
  cover_page_id: string | null;
};

export default function EpisodeEditor({ episodeId, onClose }: { episodeId: string; onClose: () => void }) {
  const text = useText();
  const episode = useQuery(episodeQuery(episodeId));
  if (episode.data) return <Form episode={episode.data} onClose={onClose} />;
  return (
    <Drawer opened onClose={onClose} title={text("series.editEpisode")} size={520}>
      {episode.error ? <Failure error={episode.error} retry={() => void episode.refetch()} /> : <Skeleton height={320} />}
    </Drawer>
  );
}

/**
 * The language that the title itself is in, when it stands among the translations too: there the two are one, and are
 * changed together. The API tells `title` in the reader's language, so the original is looked up.
 */
function ownLanguage(episode: EpisodeDetail): string | null {
  if (episode.language !== null && episode.language in episode.titles) return episode.language;
  return Object.keys(episode.titles).find((language) => episode.titles[language] === episode.title) ?? null;
}

function Form({ episode, onClose }: { episode: EpisodeDetail; onClose: () => void }) {
  const text = useText();
  const edit = useEdit();
  const own = ownLanguage(episode);
  const [others] = useState(() => Object.fromEntries(Object.entries(episode.titles).filter(([language]) => language !== own)));
  const draft = useDraft<Fields>(
    {
      title: (own === null ? null : episode.titles[own]) ?? episode.title,
      titles: others,
      number: episode.number,
      plot_summary: episode.plot_summary,
      published_at: episode.published_at,
      language: episode.language,
      direction: episode.direction,
      age_rating: episode.age_rating,
      credits: episode.credits,
      credits_url: episode.credits_url,
      commentary_url: episode.commentary_url,
      license: episode.license,
      cover_page_id: episode.cover?.page_id ?? null,
    },
    episode.locked_fields,
  );
  const save = () => {
    const changes = draft.changes();
    if (changes.credits) changes.credits = meantCredits(changes.credits);
    if (own !== null && (changes.title !== undefined || changes.titles)) {
      changes.titles = { ...draft.field("titles").value, [own]: draft.field("title").value };
    }
    edit.mutate({ send: () => changeEpisode(episode.id, changes), said: text("edit.saved", { name: episode.title }) }, { onSuccess: onClose });
  };
  const line = (name: "title" | "language" | "age_rating" | "license" | "credits_url" | "commentary_url", type = "text") => {
    const field = draft.field(name);
    const label = text(`field.${name}`);
    return (
      <Lockable field={field} name={label}>
        <TextInput
          label={label}
          type={type}
          value={field.value ?? ""}
          required={name === "title"}
          withAsterisk={false}
          onChange={(event) => field.onChange(event.currentTarget.value || ((name === "title" ? "" : null)))}
        />
      </Lockable>
    );
  };
  const titles = draft.field("titles");
  const number = draft.field("number");
  const published = draft.field("published_at");
  const direction = draft.field("direction");
  const credits = draft.field("credits");
  const cover = draft.field("cover_page_id");
  return (
    <EditDrawer title={text("series.editEpisode")} dirty={draft.dirty} busy={edit.isPending} onSave={save} onClose={onClose}>
      {line("title")}
      <Lockable field={titles} name={text("field.titles")}>
        <TitlesField value={titles.value} languages={episode.languages.filter((language) => language !== own)} onChange={titles.onChange} nameOf={nameOfLanguage} />
      </Lockable>
      <Lockable field={number} name={text("field.number")}>
        <TextInput
          label={text("field.number")}
          description={text("field.numberHelp")}
          inputMode="decimal"
          pattern="-?[0-9]{1,6}([.][0-9]{1,3})?"
          value={number.value ?? ""}
          onChange={(event) => number.onChange(event.currentTarget.value || null)}
        />
      </Lockable>
      <SummaryField episode={episode} field={draft.field("plot_summary")} onLearn={(known) => draft.learn("plot_summary", known)} />
      <Lockable field={published} name={text("field.published_at")}>
        <TextInput
          label={text("field.published_at")}
          type="date"
          value={published.value ?? ""}
          onChange={(event) => published.onChange(event.currentTarget.value || null)}
        />
      </Lockable>
      <Lockable field={cover} name={text("field.cover")}>
        <CoverField episodeId={episode.id} value={cover.value} onChange={cover.onChange} />
      </Lockable>
      <Lockable field={direction} name={text("field.direction")}>
        <Select
          label={text("field.direction")}
          data={(["ltr", "rtl", "vertical"] as const).map((value) => ({ value, label: text(`direction.${value}`) }))}
          value={direction.value}
          clearable
          placeholder={text("edit.asSeries")}
          onChange={(value) => direction.onChange(value)}
        />
      </Lockable>
      {line("age_rating")}
      {line("language")}
      <Lockable field={credits} name={text("field.credits")}>
        <CreditsField value={credits.value} onChange={credits.onChange} />
      </Lockable>
      {line("credits_url", "url")}
      {line("commentary_url", "url")}
      {line("license")}
    </EditDrawer>
  );
}

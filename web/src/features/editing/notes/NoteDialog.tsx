import { Select, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { createNote, editNote, type EpisodeNotesItem, type NoteRow } from "~/api/editing";
import { episodeQuery } from "~/api/library";
import { useText } from "~/lib/language";
import { AskDialog } from "~/ui/AskDialog";

import { fieldError, otherError } from "../shared/fieldError";
import { nameOfPlace } from "../shared/places";
import { useChange } from "../shared/useChange";

import { nameOf } from "./nameOf";

interface Props {
  episode: EpisodeNotesItem;
  episodes: readonly EpisodeNotesItem[];
  /** The note to change; null makes one. */
  note: NoteRow | null;
  onClose: () => void;
}

const AT_END = "";

/** What was said, beside which page it stands, in which language, and where it was said. */
export function NoteDialog({ episode, episodes, note, onClose }: Props) {
  const text = useText();
  const change = useChange({ quiet: true });
  const [words, setWords] = useState(note?.text ?? "");
  const [episodeId, setEpisodeId] = useState(episode.episode_id);
  const [page, setPage] = useState<string>(note?.page_id ?? AT_END);
  const [url, setUrl] = useState(note?.url ?? "");
  const [language, setLanguage] = useState(note?.language ?? "");
  const shown = useQuery(episodeQuery(episodeId)).data;
  const pages = shown?.pages.map((one) => ({
    value: one.id,
    label: one.page_number === null ? text(`pageKind.${one.kind}`) : nameOfPlace({ episode_number: null, page_number: one.page_number }, text),
  }));
  const body = { text: words.trim(), page_id: page || null, url: url.trim() || null, language: language.trim() || null };
  const send = (): Promise<unknown> => (note ? editNote(note.id, { ...body, ...(episodeId === episode.episode_id ? {} : { episode_id: episodeId }) }) : createNote(episodeId, body));
  return (
    <AskDialog
      title={text(note ? "editing.notes.edit" : "editing.notes.new")}
      action={text("common.save")}
      disabled={!words.trim() || pages === undefined}
      busy={change.isPending}
      error={otherError(change.error, "text", "url", "language")}
      onClose={onClose}
      onAct={() => change.mutate({ send, said: text("editing.notes.saved") }, { onSuccess: onClose })}
    >
      <Textarea data-autofocus label={text("editing.notes.text")} error={fieldError(change.error, "text")} autosize minRows={3} maxRows={10} maxLength={4000} value={words} onChange={(event) => setWords(event.currentTarget.value)} />
      <Select
        label={text("editing.place.chooseEpisode")}
        data={episodes.map((one) => ({ value: one.episode_id, label: nameOf(one, text) }))}
        value={episodeId}
        allowDeselect={false}
        onChange={(id) => {
          if (!id || id === episodeId) return;
          setEpisodeId(id);
          setPage(AT_END);
        }}
      />
      <Select
        label={text("editing.notes.page")}
        description={text("editing.notes.pageHelp")}
        data={[...(pages ?? []), { value: AT_END, label: text("editing.notes.atEnd") }]}
        value={page}
        allowDeselect={false}
        onChange={(id) => setPage(id ?? AT_END)}
      />
      <TextInput inputMode="url" label={text("editing.notes.url")} placeholder="https://" error={fieldError(change.error, "url")} maxLength={2000} value={url} onChange={(event) => setUrl(event.currentTarget.value)} />
      <TextInput label={text("editing.notes.language")} description={text("editing.notes.languageHelp")} error={fieldError(change.error, "language")} maxLength={35} value={language} onChange={(event) => setLanguage(event.currentTarget.value)} />
    </AskDialog>
  );
}

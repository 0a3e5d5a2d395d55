import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { NotebookPen, Pencil, Plus, RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";

import { createNote, deleteNote, notedEpisodesQuery, notesToEditQuery, restoreNotes, stale, type EpisodeNotesItem, type NoteRow } from "~/api/editing";
import { inLanguage, useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Button, IconButton } from "~/ui/Button";
import { explain, Failure, Panel } from "~/ui/Failure";
import { PaneRow, Panes } from "~/ui/Panes";
import { Skeleton } from "~/ui/Skeleton";

import panes from "../shared/panes.module.css";
import { Places } from "../shared/places";
import { useChange } from "../shared/useChange";

import { NoteDialog } from "./NoteDialog";
import { nameOf } from "./nameOf";

const route = getRouteApi("/inside/shell/edit/$slug/notes");

/** `/edit/<series>/notes`: what its makers said, episode by episode, beside the page that each of it is about. */
export function NotesScreen() {
  const text = useText();
  const { slug } = route.useParams();
  const { episode: opened } = route.useSearch();
  const episodes = useQuery(notedEpisodesQuery(slug));
  if (episodes.error) return <Failure error={episodes.error} retry={() => void episodes.refetch()} />;
  const episode = episodes.data?.find(({ episode_id }) => episode_id === opened) ?? null;
  const list = episodes.isPending ? (
    <Skeleton height={240} />
  ) : episodes.data.length === 0 ? (
    <p className={panes.none}>{text("editing.page.noEpisodes")}</p>
  ) : (
    <ul className={panes.rows}>
      {episodes.data.map((one) => (
        <PaneRow key={one.episode_id} here={one.episode_id === opened} className={panes.row}>
          <span />
          <Link to="/edit/$slug/notes" params={{ slug }} search={{ episode: one.episode_id }} aria-current={one.episode_id === opened ? "true" : undefined}>
            <span />
            <span className={panes.names}>
              <strong>{nameOf(one, text)}</strong>
              <span>{text("editing.notes.count", { count: one.notes })}</span>
            </span>
          </Link>
        </PaneRow>
      ))}
    </ul>
  );
  const detail = episode ? (
    <Notes key={episode.episode_id} slug={slug} episode={episode} episodes={episodes.data ?? []} />
  ) : (
    <Panel icon={NotebookPen} title={text("editing.notes.chooseTitle")}>
      <p>{text("editing.notes.chooseDetail")}</p>
    </Panel>
  );
  return <Panes list={list} detail={detail} chosen={episode !== null} back={{ to: "/edit/$slug/notes", params: { slug } }} backTo={text("editing.backToList")} />;
}

function Notes({ slug, episode, episodes }: { slug: string; episode: EpisodeNotesItem; episodes: readonly EpisodeNotesItem[] }) {
  const text = useText();
  const queries = useQueryClient();
  const notes = useQuery(notesToEditQuery(slug, episode.episode_id));
  const change = useChange();
  const [editing, setEditing] = useState<NoteRow | "new" | null>(null);
  const removed = useMutation({
    mutationFn: (note: NoteRow) => deleteNote(note.id),
    onSuccess: async (_, { text: words, page_id, url, language }) => {
      notify(text("editing.notes.deleted"), {
        undo: () => change.mutate({ send: () => createNote(episode.episode_id, { text: words, page_id, url, language }), said: text("editing.notes.back") }),
      });
      await stale(queries);
    },
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  return (
    <>
      <div className={panes.head}>
        <h2>{nameOf(episode, text)}</h2>
        <Button small icon={Plus} onClick={() => setEditing("new")}>
          {text("editing.notes.new")}
        </Button>
      </div>
      <p className={panes.lead}>{text("editing.notes.known")}</p>
      {notes.error ? <Failure error={notes.error} retry={() => void notes.refetch()} /> : null}
      {notes.isPending ? <Skeleton height={200} /> : null}
      {notes.data && !notes.data.items.length ? <p className={panes.none}>{text("editing.notes.none")}</p> : null}
      <ul className={panes.items}>
        {notes.data?.items.map((note) => (
          <li key={note.id} className={panes.item}>
            <div className={panes.itemHead}>
              <span {...inLanguage(note.language)}>{note.text}</span>
              <IconButton icon={Pencil} size={16} label={text("editing.notes.editNamed", { text: note.text.slice(0, 60) })} onClick={() => setEditing(note)} />
              <IconButton icon={Trash2} size={16} label={text("editing.notes.deleteNamed", { text: note.text.slice(0, 60) })} disabled={removed.isPending} onClick={() => removed.mutate(note)} />
            </div>
            <div className={panes.itemFoot}>
              {note.page_id === null ? (
                <span>{text("editing.notes.atEnd")}</span>
              ) : (
                <Places slug={slug} places={[{ episode_id: episode.episode_id, episode_number: episode.episode_number, page_id: note.page_id, page_number: note.page_number }]} />
              )}
              <span>{text(`editing.origin.${note.origin}`)}</span>
              {note.url ? (
                <a href={note.url} target="_blank" rel="noreferrer noopener">
                  {hostOf(note.url)}
                </a>
              ) : null}
            </div>
          </li>
        ))}
      </ul>
      {notes.data?.left_out ? (
        <div className={panes.part}>
          <div>
            <p>{text("editing.notes.leftOut", { count: notes.data.left_out })}</p>
            <Button small icon={RotateCcw} busy={change.isPending} onClick={() => change.mutate({ send: () => restoreNotes(episode.episode_id), said: text("editing.notes.restored") })}>
              {text("editing.notes.restore")}
            </Button>
          </div>
        </div>
      ) : null}
      {editing ? <NoteDialog episode={episode} episodes={episodes} note={editing === "new" ? null : editing} onClose={() => setEditing(null)} /> : null}
    </>
  );
}

const hostOf = (url: string) => {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
};

import { Checkbox, Menu } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { BookCheck, BookUp2, BookX, Check, Download, Ellipsis, ExternalLink, Layers, ListPlus, Pencil, TriangleAlert } from "lucide-react";
import { FormattedDate } from "react-intl";

import { downloadUrl } from "~/api/library";
import { mark, type Mark } from "~/api/reading";
import type { EpisodeCard } from "~/api/types";
import { inLanguage, nameOfLanguage, useLanguage, useText } from "~/lib/language";
import { Bar } from "~/ui/Bar";
import { IconButton } from "~/ui/Button";
import { Picture } from "~/ui/Picture";

import { useEdit } from "../shared/useEdit";
import { placeOf, titleOf } from "../shared/words";

import styles from "./EpisodeRow.module.css";

export interface Choice {
  chosen: boolean;
  toggle: (range: boolean) => void;
}

interface Props {
  episode: EpisodeCard;
  choice: Choice | null;
  signedIn: boolean;
  onAdd: () => void;
  onEdit: (() => void) | null;
}

export function EpisodeRow({ episode, choice, signedIn, onAdd, onEdit }: Props) {
  const text = useText();
  const { language } = useLanguage();
  const title = titleOf(episode, language, text);
  const facts = [
    text("series.pages", { count: episode.page_count }),
    episode.languages.length > 1 ? text("shelf.languages", { count: episode.languages.length }) : episode.languages.map(nameOfLanguage)[0],
    episode.editions.length ? text("series.editions", { count: episode.editions.length + 1 }) : null,
  ].filter(Boolean);
  const inside = (
    <>
      <span className={styles.thumb} data-faded={episode.missing || undefined}>
        {episode.cover ? <Picture url={episode.cover.url} alt="" blurhash={episode.cover.blurhash} color={episode.cover.dominant_color} /> : null}
      </span>
      <span className={styles.number}>{episode.number ?? "–"}</span>
      <span className={styles.words}>
        <strong {...inLanguage(title.language)}>{title.title}</strong>
        <span className={styles.facts}>
          {episode.published_at ? (
            <>
              <FormattedDate value={episode.published_at} year="numeric" month="long" day="numeric" timeZone="UTC" />
              {" · "}
            </>
          ) : null}
          {facts.join(" · ")}
        </span>
        {episode.state === "partial" || episode.state === "failed" ? (
          <span className={styles.warning}>
            <TriangleAlert size={14} strokeWidth={1.7} aria-hidden />
            {text(`series.state.${episode.state}`)}
          </span>
        ) : null}
        {episode.missing ? <span className={styles.warning}>{text("missing.row")}</span> : null}
        {episode.plot_summary ? (
          <span className={styles.summary} {...inLanguage(episode.language)}>
            {episode.plot_summary}
          </span>
        ) : null}
      </span>
      <ReadingState episode={episode} title={title.title} />
    </>
  );
  if (choice) {
    return (
      <label className={styles.row} data-chosen={choice.chosen || undefined}>
        <Checkbox checked={choice.chosen} onChange={(event) => choice.toggle((event.nativeEvent as MouseEvent).shiftKey)} aria-label={title.title} />
        <span className={styles.link}>{inside}</span>
      </label>
    );
  }
  return (
    <div className={styles.row}>
      {episode.missing ? (
        <span className={styles.link}>{inside}</span>
      ) : (
        <Link to="/read/$episodeId" params={{ episodeId: episode.id }} className={styles.link}>
          {inside}
        </Link>
      )}
      {signedIn ? <EpisodeMenu episode={episode} title={title.title} onAdd={onAdd} onEdit={onEdit} /> : null}
    </div>
  );
}

function ReadingState({ episode, title }: { episode: EpisodeCard; title: string }) {
  const text = useText();
  if (episode.read_state === "read") {
    return (
      <span className={styles.state} data-read>
        <Check size={16} strokeWidth={1.9} aria-hidden />
        {text("series.read")}
      </span>
    );
  }
  if (episode.progress && episode.read_state === "reading") {
    return (
      <span className={styles.state}>
        {placeOf(episode.progress, text)}
        <Bar value={episode.progress.fraction} label={text("shelf.progressOf", { title })} />
      </span>
    );
  }
  return episode.new ? <span className={styles.new}>{text("series.new")}</span> : <span className={styles.state} />;
}

function EpisodeMenu({ episode, title, onAdd, onEdit }: { episode: EpisodeCard; title: string } & Pick<Props, "onAdd" | "onEdit">) {
  const text = useText();
  const edit = useEdit();
  const say = (what: Mark, said: string) =>
    edit.mutate({
      send: async () => {
        await mark(what);
        return undefined;
      },
      said,
    });
  const sign = { size: 16, strokeWidth: 1.7, "aria-hidden": true };
  return (
    <Menu>
      <Menu.Target>
        <IconButton icon={Ellipsis} label={text("series.episodeMenu", { title })} className={styles.more} />
      </Menu.Target>
      <Menu.Dropdown>
        {episode.read_state === "read" ? null : (
          <Menu.Item leftSection={<BookCheck {...sign} />} onClick={() => say({ episode_id: episode.id, state: "read" }, text("mark.episodeRead", { title }))}>
            {text("mark.read")}
          </Menu.Item>
        )}
        {episode.read_state === "unread" ? null : (
          <Menu.Item leftSection={<BookX {...sign} />} onClick={() => say({ episode_id: episode.id, state: "unread" }, text("mark.episodeUnread", { title }))}>
            {text("mark.unread")}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<BookUp2 {...sign} />} onClick={() => say({ episode_id: episode.id, state: "up_to" }, text("mark.saidUpTo", { title }))}>
          {text("mark.upTo")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<ListPlus {...sign} />} onClick={onAdd}>
          {text("addTo.list")}
        </Menu.Item>
        {episode.editions
          .filter((edition) => !edition.missing)
          .map((edition) => (
            <Menu.Item
              key={edition.id}
              leftSection={<Layers {...sign} />}
              renderRoot={(props) => <Link {...props} to="/read/$episodeId" params={{ episodeId: edition.id }} />}
            >
              {text("series.readEdition", { label: edition.label })}
            </Menu.Item>
          ))}
        {episode.missing ? null : (
          <Menu.Item component="a" href={downloadUrl(episode.id)} download leftSection={<Download {...sign} />}>
            {text("series.download")}
          </Menu.Item>
        )}
        {episode.credits_url ? (
          <Menu.Item component="a" href={episode.credits_url} target="_blank" rel="noreferrer" leftSection={<ExternalLink {...sign} />}>
            {text("series.creditsPage")}
          </Menu.Item>
        ) : null}
        {onEdit ? (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<Pencil {...sign} />} onClick={onEdit}>
              {text("series.editEpisode")}
            </Menu.Item>
          </>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}

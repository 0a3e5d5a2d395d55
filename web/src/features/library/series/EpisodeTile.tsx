import { Checkbox } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import type { EpisodeCard } from "~/api/types";
import { inLanguage, useLanguage, useText } from "~/lib/language";
import { Bar } from "~/ui/Bar";
import { Cover } from "~/ui/Cover";

import { numberOf, placeOf, titleOf } from "../shared/words";

import { type Choice } from "./EpisodeRow";
import styles from "./EpisodeTile.module.css";

/** An episode as its cover. */
export function EpisodeTile({ episode, choice, under }: { episode: EpisodeCard; choice: Choice | null; under?: string }) {
  const text = useText();
  const { language } = useLanguage();
  const title = titleOf(episode, language, text);
  const reading = episode.progress && episode.read_state === "reading" ? episode.progress : null;
  const state = episode.missing ? text("shelf.missing") : episode.read_state === "read" ? text("series.read") : reading ? placeOf(reading, text) : null;
  const inside = (
    <>
      <Cover cover={episode.cover} title={title.title} badge={episode.new ? text("series.new") : null} faded={episode.missing} />
      {reading ? <Bar value={reading.fraction} label={text("shelf.progressOf", { title: title.title })} className={styles.bar} /> : null}
      <strong {...inLanguage(title.language)}>{title.title}</strong>
      <span className={styles.under}>{[under ?? numberOf(episode, text), state].filter(Boolean).join(" · ")}</span>
    </>
  );
  if (choice) {
    return (
      <label className={styles.tile} data-chosen={choice.chosen || undefined}>
        <Checkbox
          className={styles.check ?? ""}
          checked={choice.chosen}
          onChange={(event) => choice.toggle((event.nativeEvent as MouseEvent).shiftKey)}
          aria-label={title.title}
        />
        {inside}
      </label>
    );
  }
  if (episode.missing) return <div className={styles.tile}>{inside}</div>;
  return (
    <Link to="/read/$episodeId" params={{ episodeId: episode.id }} className={styles.tile}>
      {inside}
    </Link>
  );
}

import { Checkbox } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import type { SeriesCard } from "~/api/types";
import { useText } from "~/lib/language";
import { Cover } from "~/ui/Cover";

import styles from "./SeriesTile.module.css";

interface Props {
  series: SeriesCard;
  /** Present while several are being chosen: whether this one is, and how to change that. */
  choice?: { chosen: boolean; toggle: (range: boolean) => void } | null;
  eager?: boolean;
}

export function SeriesTile({ series, choice, eager = false }: Props) {
  const text = useText();
  const badge = series.new_count && !series.missing ? text("shelf.newBadge", { count: series.new_count }) : null;
  const under = series.missing
    ? text("shelf.missing")
    : series.read_state === "read"
      ? text("shelf.read")
      : [
          text("shelf.episodes", { count: series.episode_count }),
          series.languages.length > 1 ? text("shelf.languages", { count: series.languages.length }) : null,
        ]
          .filter(Boolean)
          .join(" · ");
  const inside = (
    <>
      <Cover cover={series.cover} title={series.title} badge={badge} faded={series.missing} eager={eager} />
      <span className={styles.title}>{series.title}</span>
      <span className={styles.under}>{under}</span>
    </>
  );
  if (choice) {
    return (
      <label className={styles.tile} data-chosen={choice.chosen || undefined}>
        <Checkbox
          className={styles.check ?? ""}
          checked={choice.chosen}
          onChange={(event) => choice.toggle((event.nativeEvent as MouseEvent).shiftKey)}
          aria-label={series.title}
        />
        {inside}
      </label>
    );
  }
  return (
    <Link to="/series/$slug" params={{ slug: series.slug }} className={styles.tile} data-tile={series.id}>
      {inside}
    </Link>
  );
}

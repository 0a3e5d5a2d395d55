import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";

import type { SeriesCard } from "~/api/types";
import { Skeleton } from "~/ui/Skeleton";

import { SeriesTile } from "../shared/SeriesTile";

import styles from "./SeriesGrid.module.css";
import { columnsFor, GAP, usePlace } from "./columns";

export interface Choosing {
  chosen: ReadonlySet<string>;
  toggle: (id: string, range: boolean) => void;
}

interface Props {
  series: SeriesCard[];
  /** How many there are in all; those not fetched yet stand as empty frames. */
  total: number;
  more: () => void;
  choosing: Choosing | null;
}

const CAPTION = 62;

/** Covers in rows. Only the rows near the window are in the document, so that thousands of series stay light. */
export function SeriesGrid({ series, total, more, choosing }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const place = usePlace(list);
  const columns = columnsFor(place?.width ?? 1136);
  const cover = ((place?.width ?? 1136) - GAP * (columns - 1)) / columns;
  const rows = useWindowVirtualizer({
    count: place ? Math.ceil(total / columns) : 0,
    estimateSize: () => (cover * 10) / 7 + CAPTION,
    gap: 22,
    overscan: 3,
    scrollMargin: place?.top ?? 0,
  });
  useEffect(() => rows.measure(), [rows, columns, cover]);

  const shown = rows.getVirtualItems();
  const last = (shown.at(-1)?.index ?? -1) * columns + columns;
  useEffect(() => {
    if (last > series.length && series.length < total) more();
  }, [last, series.length, total, more]);

  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- the keys move between the links inside, which hold the focus
    <div ref={list} className={styles.grid} style={{ height: rows.getTotalSize() }} onKeyDown={(event) => move(event, columns)}>
      {shown.map((row) => (
        <div
          key={row.key}
          ref={rows.measureElement}
          data-index={row.index}
          className={styles.row}
          style={{ transform: `translateY(${row.start - rows.options.scrollMargin}px)`, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`, columnGap: GAP }}
        >
          {Array.from({ length: Math.min(columns, total - row.index * columns) }, (_, column) => {
            const one = series[row.index * columns + column];
            return one ? (
              <SeriesTile
                key={one.id}
                series={one}
                eager={row.index < 2}
                choice={choosing && { chosen: choosing.chosen.has(one.id), toggle: (range) => choosing.toggle(one.id, range) }}
              />
            ) : (
              <TileSkeleton key={column} />
            );
          })}
        </div>
      ))}
    </div>
  );
}

/** Arrow keys go from cover to cover, also up and down. */
function move(event: React.KeyboardEvent, columns: number) {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
  if (!step || !(event.target as HTMLElement).matches("[data-tile]")) return;
  const tiles = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-tile]")];
  const next = tiles[tiles.indexOf(event.target as HTMLElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

export function TileSkeleton() {
  return (
    <div className={styles.waiting}>
      <Skeleton ratio="7 / 10" />
      <Skeleton width="70%" height={16} />
      <Skeleton width="45%" height={12} />
    </div>
  );
}

export function GridSkeleton() {
  return (
    <div className={styles.loading}>
      {Array.from({ length: 12 }, (_, index) => (
        <TileSkeleton key={index} />
      ))}
    </div>
  );
}

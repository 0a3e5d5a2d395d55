import { Checkbox } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffect, useRef } from "react";
import { FormattedDate } from "react-intl";

import type { SeriesSort } from "~/api/library";
import type { SeriesCard } from "~/api/types";
import { nameOfLanguage, useText } from "~/lib/language";
import { Picture } from "~/ui/Picture";

import styles from "./SeriesTable.module.css";
import { usePlace } from "./columns";

interface Props {
  series: SeriesCard[];
  total: number;
  more: () => void;
  sort: SeriesSort;
  order: "asc" | "desc";
  onSort: (sort: SeriesSort, order: "asc" | "desc") => void;
  chosen: ReadonlySet<string>;
  toggle: (id: string, range: boolean) => void;
}

const ROW = 52;

/** The shelf for those who manage it: one line a series. Only the lines near the window are in the document. */
export function SeriesTable({ series, total, more, sort, order, onSort, chosen, toggle }: Props) {
  const text = useText();
  const body = useRef<HTMLDivElement>(null);
  const place = usePlace(body);
  const rows = useWindowVirtualizer({ count: place ? total : 0, estimateSize: () => ROW, overscan: 10, scrollMargin: place?.top ?? 0 });
  const shown = rows.getVirtualItems();
  const last = (shown.at(-1)?.index ?? -1) + 1;
  useEffect(() => {
    if (last > series.length && series.length < total) more();
  }, [last, series.length, total, more]);

  const head = (name: string, by?: SeriesSort) => (
    <div role="columnheader" aria-sort={by && by === sort ? (order === "asc" ? "ascending" : "descending") : undefined}>
      {by ? (
        <button type="button" onClick={() => onSort(by, by === sort && order === "asc" ? "desc" : "asc")}>
          {name}
          {by === sort ? order === "asc" ? <ArrowUp size={13} aria-hidden /> : <ArrowDown size={13} aria-hidden /> : null}
        </button>
      ) : (
        name
      )}
    </div>
  );

  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls sideways on narrow screens, also by keyboard
    <div className={styles.scroll} tabIndex={0} role="group" aria-label={text("shelf.asTable")}>
      <div role="table" aria-rowcount={total + 1} aria-label={text("shelf.series")} className={styles.table}>
        <div role="rowgroup">
          <div role="row" className={styles.head}>
            <div role="columnheader">
              <span className="unseen">{text("table.choose")}</span>
            </div>
            {head(text("table.title"), "title")}
            {head(text("table.episodes"))}
            {head(text("table.unread"))}
            {head(text("table.languages"))}
            {head(text("table.direction"))}
            {head(text("table.age"))}
            {head(text("table.added"), "added")}
          </div>
        </div>
        <div role="rowgroup" ref={body} className={styles.body} style={{ height: rows.getTotalSize() }}>
          {shown.map((row) => {
            const one = series[row.index];
            return (
              <div
                key={row.key}
                role="row"
                aria-rowindex={row.index + 2}
                className={styles.row}
                data-chosen={one && chosen.has(one.id) ? true : undefined}
                style={{ height: row.size, transform: `translateY(${row.start - rows.options.scrollMargin}px)` }}
              >
                {one ? (
                  <>
                    <div role="cell">
                      <Checkbox
                        size="xs"
                        checked={chosen.has(one.id)}
                        onChange={(event) => toggle(one.id, (event.nativeEvent as MouseEvent).shiftKey)}
                        aria-label={text("selection.choose", { name: one.title })}
                      />
                    </div>
                    <div role="cell" className={styles.name}>
                      <span className={styles.thumb}>{one.cover ? <Picture url={one.cover.url} alt="" color={one.cover.dominant_color} /> : null}</span>
                      <Link to="/series/$slug" params={{ slug: one.slug }}>
                        {one.title}
                      </Link>
                      {one.missing ? <span className={styles.missing}>{text("shelf.missing")}</span> : null}
                    </div>
                    <div role="cell">{one.episode_count}</div>
                    <div role="cell">{one.unread_count || "–"}</div>
                    <div role="cell" className={styles.cut} title={one.languages.map(nameOfLanguage).join(", ")}>
                      {one.languages.join(", ") || "–"}
                    </div>
                    <div role="cell">{text(`direction.${one.direction}`)}</div>
                    <div role="cell">{one.age_rating ?? "–"}</div>
                    <div role="cell">
                      <FormattedDate value={one.added_at} year="numeric" month="short" day="numeric" />
                    </div>
                  </>
                ) : (
                  <div role="cell" />
                )}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

import { Link } from "@tanstack/react-router";
import { ArrowLeft, ArrowRight } from "lucide-react";
import { useEffect, useRef } from "react";

import type { EpisodeDetail, EpisodeLink } from "~/api/types";
import { useText } from "~/lib/language";
import { isUntitled } from "~/lib/titles";
import { Button } from "~/ui/Button";

import styles from "./reader.module.css";

interface Props {
  at: "end" | "start";
  episode: EpisodeDetail;
  onClose: () => void;
  onOpen: (episode: EpisodeLink, from: "start" | "end") => void;
}

/** Past the last page: where the story goes on. Before the first: where it came from. */
export function EndCard({ at, episode, onClose, onOpen }: Props) {
  const text = useText();
  const card = useRef<HTMLDivElement>(null);
  const neighbour = at === "end" ? episode.next : episode.previous;
  useEffect(() => card.current?.querySelector<HTMLElement>("[data-first]")?.focus(), []);
  return (
    <div className={styles.end}>
      <div ref={card} className={styles.endCard} role="dialog" data-end aria-modal="true" aria-labelledby="reader-end">
        <h2 id="reader-end">{text(at === "start" ? "reader.start.title" : neighbour ? "reader.end.title" : "reader.end.last")}</h2>
        {neighbour ? (
          <p>
            {neighbour.number === null
              ? neighbour.title
              : isUntitled(neighbour)
                ? text(at === "end" ? "reader.end.nextNumber" : "reader.start.previousNumber", { number: neighbour.number })
                : text(at === "end" ? "reader.end.next" : "reader.start.previous", { number: neighbour.number, title: neighbour.title })}
          </p>
        ) : (
          <p>{text("reader.end.last.detail", { series: episode.series.title })}</p>
        )}
        <div className={styles.endActions}>
          {neighbour ? (
            <Button tone="accent" icon={at === "end" ? ArrowRight : ArrowLeft} data-first onClick={() => onOpen(neighbour, at === "end" ? "start" : "end")}>
              {text(at === "end" ? "reader.end.read" : "reader.start.read")}
            </Button>
          ) : null}
          <Button className={styles.stay} onClick={onClose} {...(neighbour ? {} : { "data-first": true })}>
            {text(at === "end" ? "reader.end.stay" : "reader.start.stay")}
          </Button>
          <Link to="/series/$slug" params={{ slug: episode.series.slug }} className={styles.endLink}>
            {text("reader.back", { series: episode.series.title })}
          </Link>
        </div>
      </div>
    </div>
  );
}

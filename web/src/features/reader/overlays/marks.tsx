import { useQuery } from "@tanstack/react-query";
import { createContext, use } from "react";

import { pageTextsQuery } from "~/api/library";
import type { Box, PageItem } from "~/api/types";
import { inLanguage } from "~/lib/language";

import { letterSize } from "../model/panels";
import { ratioOf } from "../model/spreads";

import styles from "./marks.module.css";

export interface Ring {
  pageId: string;
  box: Box;
}

interface Marks {
  /** What somebody was sent to: it pulses once and stays until they go on. */
  ring: Ring | null;
  /** What is pointed at in the transcript. */
  hover: Ring | null;
  /** The language that the words of the balloons are laid over them in; null for no such words. */
  words: string | null;
}

export const MarksContext = createContext<Marks>({ ring: null, hover: null, words: null });

interface Props {
  page: PageItem;
  /** Which side of a spread this half of a wide page lies on. */
  half: "left" | "right" | null;
}

/** What lies over a page's picture: rings around what was asked for, and its words in letters. Moves with the page. */
export function PageMarks({ page, half }: Props) {
  const { ring, hover, words } = use(MarksContext);
  const rings = [ring, hover === ring ? null : hover].filter((one) => one?.pageId === page.id);
  if (!rings.length && words === null) return null;
  return (
    <div className={styles.layer} data-half={half ?? undefined}>
      {words !== null && page.seen ? <Words page={page} language={words} /> : null}
      {ring?.pageId === page.id ? <span key={JSON.stringify(ring.box)} className={styles.ring} style={around(ring.box)} data-ring /> : null}
      {hover?.pageId === page.id && hover !== ring ? <span className={styles.hover} style={around(hover.box)} /> : null}
    </div>
  );
}

function Words({ page, language }: { page: PageItem; language: string }) {
  const texts = useQuery({ ...pageTextsQuery(page.id, language), retry: false }).data;
  const ratio = ratioOf(page);
  return (texts?.balloons ?? []).filter(({ kind }) => kind !== "sound").map((balloon) => (
    // The transcript says them aloud.
    <span key={balloon.id} aria-hidden className={styles.said} style={{ ...placed(balloon), fontSize: `${letterSize(balloon.text, balloon, ratio).toFixed(2)}cqw` }} {...inLanguage(texts?.language)}>
      {balloon.text}
    </span>
  ));
}

const percent = (share: number) => `${(share * 100).toFixed(3)}%`;
const placed = ({ x, y, width, height }: Box) => ({ left: percent(x), top: percent(y), width: percent(width), height: percent(height) });

/** A little room between the ring and what it is around, as far as the page goes. */
function around({ x, y, width, height }: Box) {
  const room = 0.008;
  const left = Math.max(0.002, x - room);
  const top = Math.max(0.002, y - room);
  return placed({ x: left, y: top, width: Math.min(0.998, x + width + room) - left, height: Math.min(0.998, y + height + room) - top });
}

import { useNetwork } from "@mantine/hooks";
import { Link } from "@tanstack/react-router";
import { Fragment, useState } from "react";

import type { Citation, Message } from "~/api/companion";
import type { EpisodeDetail } from "~/api/types";
import { useText } from "~/lib/language";
import { Button } from "~/ui/Button";

import type { Standing } from "./Companion";
import { Opinion } from "./Opinion";
import { ReplayDialog } from "./Replay";
import { Sources } from "./Sources";
import styles from "./companion.module.css";
import type { Answering } from "./model/answering";
import { directionOf } from "./model/direction";
import { blocksOf, type Piece, type Words } from "./model/markdown";
import { nameOfModel, nameOfPlace, searchOf } from "./visit";

interface Props {
  message: Message;
  /** While it is on its way. */
  live: Answering | null;
  question: Message | null;
  episode: EpisodeDetail;
  standing: Standing | null;
  onFollow: () => void;
}

const NOTES = new Set(["fallback_failed", "fallback_garbled", "fallback_limit", "fallback_refused", "fallback_slow", "fallback_unreachable", "limit_near"]);

/** An answer: its sentences with small numbers for what they rest on, the places themselves, and what one thinks of it. */
export function Answer({ message, live, question, episode, standing, onFollow }: Props) {
  const text = useText();
  const [replayed, setReplayed] = useState(false);
  const { sentences, citations } = message;
  // Quotations stand by themselves; what a model writes runs on.
  const quoted = live ? live.builtIn : message.model === "builtin";
  const byNumber = new Map(citations.map((one) => [one.number, one]));
  const going = { episode, standing, onFollow };
  const note = live?.notes.at(-1)?.text ?? (message.note ? text(`companion.note.${NOTES.has(message.note) ? message.note : message.note.startsWith("fallback") ? "fallback" : "other"}`) : "");
  return (
    <article className={styles.answer} aria-label={text("companion.answer")} aria-busy={live !== null}>
      {sentences.length ? (
        <div className={styles.balloon}>
          {(quoted ? sentences.flatMap((one) => blocksOf([one])) : blocksOf(sentences)).map((block, index) =>
            block.kind === "paragraph" ? (
              <p key={index} dir={wayOf(block.pieces)}>
                <Pieces pieces={block.pieces} way={wayOf(block.pieces)} citations={byNumber} going={going} />
              </p>
            ) : block.ordered ? (
              <ol key={index} dir={wayOf(block.items.flat())}>
                {block.items.map((item, place) => (
                  <li key={place}>
                    <Pieces pieces={item} way={wayOf(block.items.flat())} citations={byNumber} going={going} />
                  </li>
                ))}
              </ol>
            ) : (
              <ul key={index} dir={wayOf(block.items.flat())}>
                {block.items.map((item, place) => (
                  <li key={place}>
                    <Pieces pieces={item} way={wayOf(block.items.flat())} citations={byNumber} going={going} />
                  </li>
                ))}
              </ul>
            ),
          )}
          <Sources citations={citations} {...going} />
        </div>
      ) : null}
      {live ? <Doing turn={live} /> : null}
      {message.state === "cancelled" || message.state === "cut_off" ? <p className={styles.note}>{text(`companion.state.${message.state}`)}</p> : null}
      {note ? <p className={styles.note}>{note}</p> : null}
      {message.withheld > 0 ? <p className={styles.note}>{text("companion.withheld", { count: message.withheld })}</p> : null}
      {live || message.state === "failed" || !message.created_at ? null : (
        <div className={styles.under}>
          <span className={styles.voice} title={message.model === "builtin" ? undefined : message.model}>
            {message.model !== "builtin" ? nameOfModel(message.model) : message.found ? text("companion.quoted") : null}
          </span>
          <Button small tone="bare" onClick={() => setReplayed(true)}>
            {text("companion.replay.open")}
          </Button>
          <Opinion message={message} />
        </div>
      )}
      {replayed ? <ReplayDialog answer={message} question={question?.content ?? ""} onClose={() => setReplayed(false)} /> : null}
    </article>
  );
}

interface Going {
  episode: EpisodeDetail;
  standing: Standing | null;
  onFollow: () => void;
}

const ofPiece = ({ words, language }: Piece) => directionOf({ text: words.map(({ text }) => text).join(""), language });
/** Which way a block runs: as it begins. */
const wayOf = (pieces: readonly Piece[]) => (pieces[0] ? ofPiece(pieces[0]) : "ltr");

function Pieces({ pieces, way, citations, going }: { pieces: readonly Piece[]; way: "rtl" | "ltr"; citations: ReadonlyMap<number, Citation>; going: Going }) {
  return pieces.map((piece, index) => (
    <Fragment key={index}>
      {index ? " " : null}
      {/* Set apart only where it runs the other way: the numbers after it stay where the block's own way has them. */}
      <span className={styles.sentence} lang={piece.language ?? undefined} dir={ofPiece(piece) === way ? undefined : ofPiece(piece)}>
        {piece.words.map((words, at) => (
          <Said key={at} {...words} />
        ))}
      </span>
      {piece.citations.map((number) => {
        const citation = citations.get(number);
        return citation ? <MarkOf key={number} citation={citation} going={going} /> : null;
      })}
    </Fragment>
  ));
}

function Said({ text, weight }: Words) {
  if (weight === "strong") return <strong>{text}</strong>;
  return weight === "emphasis" ? <em>{text}</em> : text;
}

/** The small number after a sentence, which leads to what it rests on. */
function MarkOf({ citation, going }: { citation: Citation; going: Going }) {
  const text = useText();
  const { episode_id: episodeId, page_id: pageId, number } = citation;
  if (!episodeId || !pageId) {
    return (
      <sup className={styles.mark}>
        <span className="unseen">{text("companion.source", { number, place: citation.about ?? "" })}</span>
        <span aria-hidden>{number}</span>
      </sup>
    );
  }
  const place = nameOfPlace({ episode: citation.episode_number, page: citation.page_number }, text, going.episode.number);
  return (
    <sup className={styles.mark}>
      <CitationLink citation={citation} going={going} label={text("companion.source", { number, place: [place, citation.speaker].filter(Boolean).join(", ") })}>
        {number}
      </CitationLink>
    </sup>
  );
}

interface CitationLinkProps {
  citation: Citation;
  going: Going;
  label?: string;
  className?: string | undefined;
  children: React.ReactNode;
}

/** Opens the page with what is cited ringed, for a look: the companion stays where the reader reads. */
export function CitationLink({ citation, going: { standing, onFollow }, label, className, children }: CitationLinkProps) {
  const visit = standing ? { episodeId: standing.episodeId, pageId: standing.pageId, episode: standing.episode, page: standing.page } : undefined;
  return (
    <Link
      to="/read/$episodeId"
      params={{ episodeId: citation.episode_id ?? "" }}
      search={searchOf(citation)}
      state={visit && visit.pageId !== citation.page_id ? { visit } : {}}
      resetScroll={false}
      aria-label={label}
      title={label}
      className={className}
      onClick={onFollow}
    >
      {children}
    </Link>
  );
}

/** What is being done for an answer, in one calm line. */
function Doing({ turn }: { turn: Answering }) {
  const text = useText();
  const { online } = useNetwork();
  const lost = turn.lost || !online;
  const words = lost
    ? text("companion.lost")
    : turn.phase === "asked" || turn.phase === "looking"
      ? text("companion.doing.looking")
      : turn.found
        ? text(turn.sentences.length ? "companion.doing.writing" : "companion.doing.reading", { passages: turn.found.passages, pages: turn.found.pages })
        : text("companion.doing.writing", { passages: 0, pages: 0 });
  return (
    <p className={styles.doing} data-lost={lost || undefined}>
      <span className={styles.dot} aria-hidden />
      {words}
    </p>
  );
}

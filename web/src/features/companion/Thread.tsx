import { RotateCw } from "lucide-react";
import { Fragment, useEffect, useLayoutEffect, useRef, useState } from "react";

import type { Message } from "~/api/companion";
import type { EpisodeDetail } from "~/api/types";
import { inLanguage, useText } from "~/lib/language";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import { Answer } from "./Answer";
import type { Standing } from "./Companion";
import { usePersona } from "./Speaker";
import styles from "./companion.module.css";
import type { Live } from "./live";
import { newRequestId } from "./model/draft";
import { isUnanswered, questionOf, STOPPED } from "./model/thread";
import type { Talk } from "./useCompanion";
import { nameOfPlace } from "./visit";

interface Props {
  talk: Talk;
  episode: EpisodeDetail;
  standing: Standing | null;
  visiting: boolean;
  onFollow: () => void;
}

const NEAR = 80;
const ABOVE = 12;

/** What was said, newest last, and what can be asked next. */
export function Thread({ talk, episode, standing, visiting, onFollow }: Props) {
  const text = useText();
  const { opening, listed, items, live, openings, asking, mode } = talk;
  const { hasNextPage, fetchNextPage, isFetchingNextPage } = listed;
  const { persona } = usePersona(talk, episode.series.id);
  const scroller = useScrolling(live?.turn.answerId ?? null);

  if (opening.error && !opening.data) return <div className={styles.scroll}>
        <Failure error={opening.error} retry={() => void opening.refetch()} />
      </div>;
  if (listed.error && !listed.data) return <div className={styles.scroll}>
        <Failure error={listed.error} retry={() => void listed.refetch()} />
      </div>;
  if (!listed.data) {
    return (
      <div className={styles.scroll} aria-busy="true">
        <div className={styles.thread}>
          <Skeleton width="72%" height={46} round={16} />
          <Skeleton width="90%" height={110} round={16} />
        </div>
      </div>
    );
  }

  const messages = items.flatMap((item) => (item.kind === "message" ? [item.message] : []));
  const last = messages.at(-1);
  const failed = live?.turn.end?.kind === "failed" && live.turn.end.code !== STOPPED ? live.turn.end : null;
  const busy = asking.isPending || (live !== null && live.turn.end === null);
  const chips = busy || failed ? [] : last?.author === "assistant" ? last.suggestions : messages.length ? [] : openings;
  const send = (words: string, how: string) => asking.mutate({ text: words, mode: how === "wiki" ? "wiki" : "page", requestId: newRequestId() });

  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard
    <div ref={scroller} className={styles.scroll} tabIndex={0} role="log" aria-live="off" aria-label={text("companion.thread")}>
      <div className={styles.thread}>
        {hasNextPage ? (
          <Button small tone="bare" busy={isFetchingNextPage} onClick={({ currentTarget }) => void keepingPlace(currentTarget, fetchNextPage)} className={styles.earlier}>
            {text("companion.earlier")}
          </Button>
        ) : null}
        {items.map((item) =>
          item.kind === "folded" ? (
            <p key={item.key} className={styles.folded}>
              {text("companion.folded", { count: item.count })}
            </p>
          ) : item.message.author === "user" ? (
            <Fragment key={item.message.id}>
              <Asked message={item.message} />
              {isUnanswered(items, item.message) ? <Unanswered message={item.message} onAgain={busy ? null : () => send(item.message.content, item.message.mode)} /> : null}
            </Fragment>
          ) : (
            <Answer
              key={item.message.id}
              message={item.message}
              live={item.live ? (live?.turn ?? null) : null}
              question={questionOf(items, item.message)}
              episode={episode}
              standing={standing}
              onFollow={onFollow}
            />
          ),
        )}
        {messages.length === 0 && !busy ? <Empty folded={items.length > 0} mode={mode} bare={talk.bare} opening={persona?.opening ?? ""} /> : null}
        {failed ? (
          <div className={styles.failed} role="alert">
            <p>{failed.detail || failed.title || text(failed.code === "gone" ? "companion.failed.gone" : "companion.failed")}</p>
            {failed.retry && live?.question ? (
              <Button small icon={RotateCw} onClick={() => live.question && send(live.question.content, live.question.mode)}>
                {text("companion.askAgain")}
              </Button>
            ) : null}
          </div>
        ) : null}
        {chips.length ? (
          <ul className={styles.chips} aria-label={text("companion.chips")}>
            {chips.map((chip) => (
              <li key={chip.text}>
                <button type="button" className={styles.chip} dir="auto" onClick={() => send(chip.text, chip.mode)}>
                  {chip.text}
                </button>
              </li>
            ))}
          </ul>
        ) : null}
        {visiting ? null : <Aloud live={live} standing={standing ? nameOfPlace(standing, text, episode.number) : ""} />}
      </div>
    </div>
  );
}

function Asked({ message }: { message: Message }) {
  const text = useText();
  return (
    <p className={styles.asked} data-asked dir="auto" {...inLanguage(message.language)}>
      <span className="unseen">{text("companion.youAsked")} </span>
      {message.content}
    </p>
  );
}

/** A question that came to nothing, and why. */
function Unanswered({ message, onAgain }: { message: Message; onAgain: (() => void) | null }) {
  const text = useText();
  return (
    <div className={styles.unanswered}>
      <p className={styles.note}>{text(`companion.unanswered.${message.state === "cancelled" || message.state === "cut_off" ? message.state : "failed"}`)}</p>
      {onAgain ? (
        <Button small icon={RotateCw} onClick={onAgain}>
          {text("companion.askAgain")}
        </Button>
      ) : null}
    </div>
  );
}

/** What can be asked here, for who has not yet. */
function Empty({ folded, mode, bare, opening }: { folded: boolean; mode: "page" | "wiki"; bare: boolean; opening: string }) {
  const text = useText();
  return (
    <div className={styles.empty}>
      {opening ? (
        <p className={styles.opening} dir="auto">
          {opening}
        </p>
      ) : null}
      <h3>{text(folded ? "companion.empty.folded" : `companion.empty.${mode}`)}</h3>
      <p>{text(bare ? "companion.empty.bare" : `companion.empty.${mode}.help`)}</p>
    </div>
  );
}

/** Says each sentence as it comes, to who hears the screen: only what is new, and politely. */
function Aloud({ live, standing }: { live: Live | null; standing: string }) {
  const text = useText();
  const turn = live?.turn ?? null;
  const [before] = useState(standing);
  return (
    <div className="unseen" aria-live="polite" aria-relevant="additions">
      {turn?.end === null && turn.sentences.length === 0 ? <p>{text("companion.aloud.looking")}</p> : null}
      {turn?.sentences.map((sentence, index) => (
        <p key={`${turn.questionId} ${index}`} {...inLanguage(sentence.language)}>
          {sentence.text}
        </p>
      ))}
      {turn?.lost ? <p>{text("companion.lost")}</p> : null}
      {turn?.end?.kind === "folded" || (before && standing && before !== standing) ? <p>{text("companion.knows", { page: standing })}</p> : null}
    </div>
  );
}

/**
 * Opens at its end, goes to a question that is asked, and follows its answer for as long as nobody scrolls away: until
 * the question is at the upper edge, so that a long answer is read from its beginning.
 */
function useScrolling(question: string | null) {
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const follows = useRef(true);
  const asked = useRef(false);
  useLayoutEffect(() => {
    // An answer that is let go of when a page is turned moves nothing.
    if (question === null && asked.current) return;
    follows.current = true;
    asked.current = question !== null;
    scroller?.scrollTo({ top: end(scroller, asked.current) });
  }, [scroller, question]);
  useEffect(() => {
    if (!scroller) return undefined;
    let top = scroller.scrollTop;
    const look = () => {
      // Only who scrolls back leaves: an end that has run ahead meanwhile is caught up with.
      if (scroller.scrollTop < top - 1) follows.current = false;
      if (scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR) follows.current = true;
      top = scroller.scrollTop;
    };
    const grown = new ResizeObserver(() => {
      if (follows.current) scroller.scrollTo({ top: end(scroller, asked.current) });
    });
    if (scroller.firstElementChild) grown.observe(scroller.firstElementChild);
    grown.observe(scroller);
    scroller.addEventListener("scroll", look, { passive: true });
    return () => {
      grown.disconnect();
      scroller.removeEventListener("scroll", look);
    };
  }, [scroller]);
  return setScroller;
}

/** What is read stays where it is while earlier messages come in above it. */
async function keepingPlace(button: HTMLElement, fetch: () => Promise<unknown>): Promise<void> {
  const scroller = button.closest<HTMLElement>("[role=log]");
  if (!scroller) return;
  const below = scroller.scrollHeight - scroller.scrollTop;
  await fetch();
  requestAnimationFrame(() => {
    scroller.scrollTo({ top: scroller.scrollHeight - below });
    // There is nothing earlier: the button is gone, and the keyboard with it.
    if (!button.isConnected) scroller.focus({ preventScroll: true });
  });
}

function end(scroller: HTMLElement, asked: boolean): number {
  const bottom = scroller.scrollHeight - scroller.clientHeight;
  const question = asked ? [...scroller.querySelectorAll<HTMLElement>("[data-asked]")].at(-1) : undefined;
  return question ? Math.min(bottom, question.offsetTop - ABOVE) : bottom;
}

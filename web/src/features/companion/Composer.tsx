import { useNetwork } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowUp, CircleAlert, CornerUpLeft, ShieldCheck, Square, TriangleAlert, WifiOff } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";

import { limitsQuery } from "~/api/companion";
import { Problem } from "~/api/http";
import type { EpisodeDetail } from "~/api/types";
import { useText } from "~/lib/language";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import type { Standing } from "./Companion";
import styles from "./companion.module.css";
import { keepDraft, readDraft, withText, type Draft } from "./model/draft";
import type { Talk } from "./useCompanion";
import { nameOfModel, nameOfPlace, type Visit } from "./visit";

/** Characters of a question, as the server counts them. */
const LONGEST = 2_000;
const NEARLY = 1_800;

interface Props {
  talk: Talk;
  episode: EpisodeDetail;
  standing: Standing | null;
  visit: Visit | null;
  takesFocus: boolean;
  onLeave: () => void;
}

/** Where a question is written. Nothing that was typed is lost: not by an error, a reload, or another page. */
export function Composer({ talk, episode, standing, visit, takesFocus, onLeave }: Props) {
  const text = useText();
  const { mode, asking, live, stop } = talk;
  // What is written while a new conversation is being opened belongs to that one.
  const session = talk.fresh.isPending ? null : talk.session;
  const sessionId = session?.id ?? null;
  const field = useRef<HTMLTextAreaElement>(null);
  const { draft, write, clear, restore } = useDraft(sessionId);
  const busy = asking.isPending || (live !== null && live.turn.end === null);
  const length = Array.from(draft.text.trim()).length;

  useEffect(() => {
    if (takesFocus) field.current?.focus({ preventScroll: true });
  }, [takesFocus]);
  useLayoutEffect(() => {
    const { current } = field;
    if (!current) return;
    current.style.height = "auto";
    current.style.height = `${current.scrollHeight}px`;
  }, [draft.text]);

  /** Asked before the conversation was open: it is sent as soon as that is. */
  const eager = useRef(false);
  const [tooSoon, setTooSoon] = useState(false);
  const send = () => {
    setTooSoon(busy && length > 0);
    if (busy || length === 0 || length > LONGEST) return;
    eager.current = !session;
    if (!session) return;
    const sent = clear();
    asking.mutate({ text: sent.text.trim(), mode, requestId: sent.requestId }, { onSuccess: () => keepDraft(session.id, readAfter(session.id, sent)), onError: () => restore(sent) });
  };
  /** Whether the keyboard is on what stops an answer: it goes back to the field with that. */
  const held = useRef(false);
  useEffect(() => {
    if (!busy && held.current) field.current?.focus({ preventScroll: true });
    if (!busy) held.current = false;
  }, [busy]);
  const latest = useRef(send);
  useEffect(() => {
    latest.current = send;
  });
  useEffect(() => {
    if (sessionId !== null && eager.current) latest.current();
  }, [sessionId]);
  const key = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      onLeave();
    }
  };
  const elsewhere = asking.error instanceof Problem && asking.error.code === "companion_busy";
  // What was in the way is over: there is nothing to say of it.
  const error = (elsewhere && !busy ? null : asking.error) ?? stop.error;

  return (
    <form
      className={styles.foot}
      onSubmit={(event) => {
        event.preventDefault();
        // The button that sends gives way to another, and would take the keyboard with it.
        if (document.activeElement instanceof HTMLButtonElement && document.activeElement.matches(":focus-visible")) field.current?.focus({ preventScroll: true });
        send();
      }}
    >
      {error ? (
        <p className={styles.problem} role="alert">
          <TriangleAlert size={15} strokeWidth={1.7} aria-hidden />
          <span>
            {elsewhere && error === asking.error ? text("companion.busy") : explain(error, text)} {asking.error && draft.text ? text("companion.kept") : null}
          </span>
          {asking.error && draft.text && !busy ? (
            <Button small tone="bare" type="submit">
              {text("companion.askAgain")}
            </Button>
          ) : null}
        </p>
      ) : null}
      {tooSoon && busy && length > 0 && !error ? (
        <p className={styles.standpoint} role="status">
          <CircleAlert size={14} strokeWidth={1.7} aria-hidden />
          <span>{text("companion.tooSoon")}</span>
        </p>
      ) : null}
      <Spending />
      <Standpoint talk={talk} episode={episode} standing={standing} visit={visit} />
      <div className={styles.box}>
        <textarea
          ref={field}
          rows={1}
          value={draft.text}
          data-question
          dir="auto"
          aria-label={text("companion.question")}
          aria-describedby="companion-standpoint"
          placeholder={text(mode === "page" ? "companion.placeholder.page" : "companion.placeholder.wiki")}
          onChange={(event) => {
            eager.current = false;
            write(event.target.value);
          }}
          onKeyDown={key}
          enterKeyHint="send"
        />
        <div className={styles.boxRow}>
          <div role="radiogroup" aria-label={text("companion.mode")} className={styles.modes}>
            {(["page", "wiki"] as const).map((one) => (
              <label key={one} data-chosen={one === mode || undefined} title={text(`companion.mode.${one}.help`)}>
                <input type="radio" name="companion-mode" className="unseen" checked={one === mode} onChange={() => talk.changeMode(one)} />
                {text(`companion.mode.${one}`)}
              </label>
            ))}
          </div>
          {length > NEARLY ? (
            <span className={styles.count} data-over={length > LONGEST || undefined} role="status">
              {text("companion.count", { count: length, most: LONGEST })}
            </span>
          ) : null}
          {busy ? (
            <button
              key="stop"
              type="button"
              className={styles.send}
              data-stop
              aria-label={text("companion.stop")}
              title={text("companion.stop")}
              disabled={!live?.turn.questionId || stop.isPending}
              onFocus={({ currentTarget }) => {
                held.current = currentTarget.matches(":focus-visible");
              }}
              onBlur={({ relatedTarget }) => {
                if (relatedTarget) held.current = false;
              }}
              onClick={() => live && stop.mutate(live.turn.questionId)}
            >
              <Square size={14} strokeWidth={0} fill="currentColor" aria-hidden />
            </button>
          ) : (
            <button key="send" type="submit" className={styles.send} aria-label={text("companion.ask")} title={text("companion.ask")} disabled={length === 0 || length > LONGEST}>
              <ArrowUp size={19} strokeWidth={2.2} aria-hidden />
            </button>
          )}
        </div>
      </div>
    </form>
  );
}

/** Says before it bites that little is left to spend on a model that costs something. */
function Spending() {
  const text = useText();
  const limits = useQuery(limitsQuery).data;
  if (!limits?.metered) return null;
  const reached = limits.items.some((one) => one.reached);
  if (!reached && !limits.items.some((one) => one.warn)) return null;
  return (
    <p className={styles.standpoint} role="status">
      <CircleAlert size={14} strokeWidth={1.7} aria-hidden />
      <span>{text(reached ? "companion.limit.reached" : "companion.limit.near")}</span>
    </p>
  );
}

/** How far the companion knows the story, and who speaks: always in sight where one asks. */
function Standpoint({ talk, episode, standing, visit }: Pick<Props, "talk" | "episode" | "standing" | "visit">) {
  const text = useText();
  const { online } = useNetwork();
  const { session, items, change } = talk;
  const last = items.findLast((item) => item.kind === "message" && item.message.author === "assistant" && item.message.model !== "");
  const model = last?.kind === "message" ? last.message.model : "";
  if (!online) {
    return (
      <p id="companion-standpoint" className={styles.standpoint} role="status">
        <WifiOff size={14} strokeWidth={1.7} aria-hidden />
        <span>{text("companion.offline")}</span>
      </p>
    );
  }
  if (visit) {
    const page = nameOfPlace(visit, text, episode.number);
    return (
      <p id="companion-standpoint" className={styles.standpoint}>
        <CornerUpLeft size={14} strokeWidth={1.7} aria-hidden />
        <span>
          {text("companion.visit", { page })}{" "}
          <Link to="/read/$episodeId" params={{ episodeId: visit.episodeId }} search={{ at: visit.pageId }} className={styles.link}>
            {text("companion.visit.back", { page })}
          </Link>
        </span>
      </p>
    );
  }
  if (session?.everything) {
    return (
      <p id="companion-standpoint" className={styles.standpoint}>
        <ShieldCheck size={14} strokeWidth={1.7} aria-hidden />
        <span>
          {text("companion.standpoint.everything")}{" "}
          <button type="button" className={styles.link} disabled={change.isPending} onClick={() => change.mutate({ everything: false })}>
            {text("companion.standpoint.stopHere")}
          </button>
        </span>
      </p>
    );
  }
  return (
    <p id="companion-standpoint" className={styles.standpoint}>
      <ShieldCheck size={14} strokeWidth={1.7} aria-hidden />
      <span>
        {standing ? text("companion.standpoint", { page: nameOfPlace(standing, text, episode.number) }) : text("companion.standpoint.opening")}
        {model ? ` ${model === "builtin" ? text("companion.speaks.book") : text("companion.speaks.model", { model: nameOfModel(model) })}` : null}
      </span>
    </p>
  );
}

/** What is kept once a question has arrived: what was typed since, if anything. */
function readAfter(sessionId: string, sent: Draft): Draft {
  const kept = readDraft(sessionId);
  return kept.requestId === sent.requestId ? { ...kept, text: "" } : kept;
}

function useDraft(sessionId: string | null) {
  const [state, setState] = useState<{ of: string | null; draft: Draft }>(() => ({ of: sessionId, draft: readDraft(sessionId ?? "") }));
  // What was typed before the session was there goes on in it; else its own draft is taken up.
  if (sessionId !== null && state.of !== sessionId) setState({ of: sessionId, draft: state.of === null && state.draft.text ? state.draft : readDraft(sessionId) });
  const put = (draft: Draft) => {
    setState({ of: sessionId, draft });
    if (sessionId !== null) keepDraft(sessionId, draft);
  };
  return {
    draft: state.draft,
    write: (text: string) => put(withText(state.draft, text)),
    /** Empties the field, and nothing else: what was in it is kept until the server has it. */
    clear: () => {
      setState({ of: sessionId, draft: withText(state.draft, "") });
      return state.draft;
    },
    /** Puts back what could not be sent, before what was typed since. */
    restore: (sent: Draft) =>
      setState(({ of, draft }) => {
        const back = draft.text.trim() ? withText(draft, `${sent.text}\n${draft.text}`) : sent;
        if (of !== null) keepDraft(of, back);
        return { of, draft: back };
      }),
  };
}

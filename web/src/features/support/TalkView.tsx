import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, SendHorizontal } from "lucide-react";
import { Suspense, useEffect, useRef, useState } from "react";

import { callUrl, pictureUrl, saidQuery, talkQuery, type Helper, type Message, type Talk } from "~/api/support";
import { Opinion } from "~/features/companion/public";
import { useText } from "~/lib/language";
import { Button, IconButton } from "~/ui/Button";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import { Kept } from "./Kept";
import { People } from "./People";
import { read } from "./model/read";
import styles from "./support.module.css";
import { useTelling } from "./useTelling";

/** The share of the screen's height from which on an answer is too long to be shown with what follows it. */
const FILLS = 0.5;

/** A conversation with a monster: what is said, chips to tap, and beside it what is kept and whom to turn to. */
export function TalkView({ id, helper }: { id: string; helper: Helper }) {
  const talk = useQuery(talkQuery(id));
  const said = useInfiniteQuery(saidQuery(id));
  if (talk.isError) return <Failure error={talk.error} retry={() => void talk.refetch()} />;
  if (said.isError && !said.data) return <Failure error={said.error} retry={() => void said.refetch()} />;
  if (!talk.data || !said.data) return <Skeleton height={420} />;
  return (
    <div className={styles.talk}>
      <Thread talk={talk.data} said={said.data.pages.toReversed().flatMap((page) => page.items)} helper={helper} earlier={said.hasNextPage ? () => void said.fetchNextPage() : null} />
      <aside className={styles.stack}>
        <Kept id={id} told={talk.data.kind === "incident"} />
        <People helper={helper} />
      </aside>
    </div>
  );
}

interface ThreadProps {
  talk: Talk;
  said: Message[];
  helper: Helper;
  /** Fetches what was said before; null where that is all. */
  earlier: (() => void) | null;
}

function Thread({ talk, said, helper, earlier }: ThreadProps) {
  const text = useText();
  const { coming, error, say, follow } = useTelling(talk.id);
  const [words, setWords] = useState("");
  const field = useRef<HTMLTextAreaElement>(null);
  const log = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const last = said.at(-1);
  const running = talk.running;
  useEffect(() => {
    if (running) void follow("", running).catch(() => undefined);
  }, [running, follow]);
  useEffect(() => {
    const latest = log.current?.lastElementChild;
    // What is longer than the screen is read from its beginning; else the chips below it are in sight too.
    if (latest && latest.clientHeight > window.innerHeight * FILLS) latest.scrollIntoView({ block: "start" });
    else end.current?.scrollIntoView({ block: "end" });
  }, [last?.id, coming]);
  useEffect(() => {
    // On a phone the keyboard would cover what the monster says first.
    if (window.matchMedia("(pointer: fine)").matches) field.current?.focus({ preventScroll: true });
  }, []);
  const send = (what: string) => {
    if (!what.trim() || (coming && !coming.failed)) return;
    setWords("");
    say(what.trim());
  };
  const chips = coming ? [] : (last?.suggestions ?? []);
  return (
    <section className={styles.thread}>
      <header>
        <Link to="/helper" className={styles.back} aria-label={text("helper.back")}>
          <ArrowLeft size={18} aria-hidden />
        </Link>
        <img src={pictureUrl(talk.monster.picture)} alt="" width={52} height={52} />
        <div>
          <h1>{talk.monster.title}</h1>
          <p>{text("helper.disclosed")}</p>
        </div>
      </header>
      <div ref={log} className={styles.messages} role="log" aria-live="polite">
        <div className={styles.theirs}>
          {talk.opening.map((one) => (
            <p key={one}>{one}</p>
          ))}
        </div>
        {earlier ? (
          <Button small onClick={earlier}>
            {text("helper.before")}
          </Button>
        ) : null}
        {said.map((one) => (one.author === "user" ? <p key={one.id} className={styles.mine}>{one.content}</p> : <Answer key={one.id} message={one} helper={helper} />))}
        {coming ? (
          <>
            {coming.question && last?.content !== coming.question ? <p className={styles.mine}>{coming.question}</p> : null}
            <div className={styles.theirs} aria-busy={!coming.failed}>
              {coming.sentences.map((one) => (
                <p key={one}>{one}</p>
              ))}
              {coming.failed ? <p role="alert">{text("helper.failed")}</p> : coming.sentences.length === 0 ? <p className={styles.thinking}>{text("helper.thinking", { name: talk.monster.title })}</p> : null}
            </div>
          </>
        ) : null}
      </div>
      {chips.length > 0 ? (
        <ul className={styles.chips}>
          {chips.map((chip) => (
            <li key={chip.text}>
              <button type="button" onClick={() => send(chip.text)}>
                {chip.text}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      {error ? (
        <p role="alert" className={styles.error}>
          {explain(error, text)}
        </p>
      ) : null}
      <div ref={end} className={styles.end} />
      <form
        className={styles.composer}
        onSubmit={(event) => {
          event.preventDefault();
          send(words);
        }}
      >
        <textarea
          ref={field}
          rows={1}
          value={words}
          maxLength={2000}
          aria-label={text("helper.say", { name: talk.monster.title })}
          placeholder={text("helper.say", { name: talk.monster.title })}
          onChange={(event) => setWords(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
              event.preventDefault();
              send(words);
            }
          }}
        />
        <IconButton icon={SendHorizontal} label={text("helper.send")} onClick={() => send(words)} disabled={!words.trim()} />
      </form>
    </section>
  );
}

/** What the helper answered; under what it read out, where that stands. Who agreed to be counted may say how it was. */
function Answer({ message, helper }: { message: Message; helper: Helper }) {
  const text = useText();
  return (
    <div className={styles.theirs}>
      {read(message).map(({ document, said }, at) =>
        document ? (
          <blockquote key={at}>
            {said.map((one) => (
              <p key={one}>{one}</p>
            ))}
            <cite title={text("helper.sources", { sources: document.sources.join("; ") })}>
              {text("helper.from_texts", { title: document.title, section: document.section || "none", page: document.page === null ? "none" : String(document.page) })}
            </cite>
          </blockquote>
        ) : (
          said.map((one) => <Spoken key={one} sentence={one} lines={helper.help_lines} />)
        ),
      )}
      {helper.counted ? (
        <div className={styles.opinion}>
          <Suspense>
            <Opinion message={message} of={["helper", "said"]} />
          </Suspense>
        </div>
      ) : null}
    </div>
  );
}

/** A sentence of the helper's own; a help line in it can be called with a tap. */
function Spoken({ sentence, lines }: { sentence: string; lines: Helper["help_lines"] }) {
  const line = lines.find((one) => one.phone && sentence.startsWith(one.name) && sentence.includes(one.phone, one.name.length));
  if (!line) return <p>{sentence}</p>;
  const at = sentence.indexOf(line.phone, line.name.length);
  return (
    <p>
      {sentence.slice(0, at)}
      <a href={callUrl(line.phone)}>{line.phone}</a>
      {sentence.slice(at + line.phone.length)}
    </p>
  );
}

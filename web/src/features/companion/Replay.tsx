import { Modal } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { useId } from "react";
import { FormattedNumber } from "react-intl";

import { replayAnswer, traceQuery, type Message, type Replay } from "~/api/companion";
import { useText } from "~/lib/language";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";
import { useFocusBack } from "~/ui/useFocusBack";

import styles from "./replay.module.css";

interface Props {
  answer: Message;
  question: string;
  onClose: () => void;
}

/** How an answer came about: what was looked for, what was found, what was read, and how long it took. */
export function ReplayDialog({ answer, question, onClose }: Props) {
  const text = useText();
  const { data, error, refetch } = useQuery(traceQuery(answer.id));
  useFocusBack();
  const again = useMutation({ mutationFn: () => replayAnswer(answer.id) });
  const then = again.data?.then ?? data;
  return (
    <Modal opened onClose={onClose} size={again.data ? 1180 : 760} title={text("companion.replay")} closeButtonProps={{ "aria-label": text("common.close") }}>
      <div className={styles.replay}>
        <p className={styles.question} dir="auto">
          {then?.question ?? question}
        </p>
        {error && !then ? <Failure error={error} retry={() => void refetch()} /> : null}
        {!then && !error ? <Skeleton height={220} round={14} /> : null}
        {then ? (
          <>
            <div className={styles.again}>
              <p>{text("companion.replay.help")}</p>
              {/* Not disabled meanwhile: the keyboard would fall out of the dialog. */}
              <Button small icon={History} aria-busy={again.isPending} onClick={() => !again.isPending && again.mutate()}>
                {text("companion.replay.again")}
              </Button>
            </div>
            {again.error ? <Failure error={again.error} retry={() => again.mutate()} /> : null}
            <div className={styles.sides} data-two={again.data ? true : undefined}>
              <Side name={again.data ? text("companion.replay.then") : null} replay={then} />
              {again.data ? <Side name={text("companion.replay.now")} replay={again.data.now} /> : null}
            </div>
          </>
        ) : null}
      </div>
    </Modal>
  );
}

function Side({ name, replay }: { name: string | null; replay: Replay }) {
  const text = useText();
  const { timings, token_counts: tokens } = replay;
  const whole = Math.max(1, ...Object.values(timings).map(Number).filter(Number.isFinite));
  const steps = Object.entries(timings).filter(([, value]) => typeof value === "number") as [string, number][];
  return (
    <div className={styles.side}>
      {name ? <h3>{name}</h3> : null}
      {replay.state === "cut_off" || replay.state === "cancelled" ? <p className={styles.partly}>{text(replay.state === "cut_off" ? "companion.replay.cut_off" : "companion.replay.cancelled")}</p> : null}
      <Part title={text("companion.replay.answer")}>
        <p className={styles.answer} dir="auto">
          {replay.answer || text("companion.replay.nothing")}
        </p>
      </Part>
      <Part title={text("companion.replay.queries")} count={replay.queries.length}>
        <Rows rows={replay.queries} />
      </Part>
      <Part title={text("companion.replay.hits")} count={replay.hits.length}>
        <Rows rows={replay.hits} />
      </Part>
      <Part title={text("companion.replay.context")} count={replay.context.length}>
        <Rows rows={replay.context} />
      </Part>
      {replay.prompt.length ? (
        <Part title={text("companion.replay.prompt")} count={replay.prompt.length}>
          <Rows rows={replay.prompt} />
        </Part>
      ) : null}
      {replay.checks.length ? (
        <Part title={text("companion.replay.checks")} count={replay.checks.length}>
          <Rows rows={replay.checks} />
        </Part>
      ) : null}
      <Part title={text("companion.replay.timings")} open>
        <dl className={styles.timings}>
          {steps.map(([step, took]) => (
            <div key={step}>
              <dt>{step}</dt>
              <dd>
                <span className={styles.bar} style={{ inlineSize: `${(Math.max(0, took) / whole) * 100}%` }} aria-hidden />
                <span className="numbers">
                  <FormattedNumber value={took} maximumFractionDigits={1} /> ms
                </span>
              </dd>
            </div>
          ))}
        </dl>
      </Part>
      <dl className={styles.facts}>
        <Fact name={text("companion.replay.model")} value={replay.model === "builtin" ? text("companion.quoted") : replay.model} />
        <Fact name={text("companion.replay.promptVersion")} value={replay.prompt_version} />
        <Fact name={text("companion.replay.cache")} value={replay.cache} />
        {Object.entries(tokens).map(([kind, value]) => (
          <Fact key={kind} name={text("companion.replay.tokens", { kind })} value={say(value)} />
        ))}
      </dl>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return value ? (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  ) : null;
}

interface PartProps {
  title: string;
  count?: number;
  open?: boolean;
  children: React.ReactNode;
}

function Part({ title, count, open = true, children }: PartProps) {
  const id = useId();
  return (
    <details className={styles.part} open={open && (count === undefined || count <= 12)} aria-labelledby={id}>
      <summary id={id}>
        {title}
        {count === undefined ? null : <span className="numbers"> · {count}</span>}
      </summary>
      {children}
    </details>
  );
}

/** Long and alike at their beginnings: their ends tell them apart. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Characters, from which words may scroll. */
const LONG = 400;
const WORDS = ["text", "content", "quote", "question", "query"];

/** Whatever there is, as it is: its words first, the rest by name. */
function Rows({ rows }: { rows: Record<string, unknown>[] }) {
  const text = useText();
  if (!rows.length) return <p className={styles.none}>{text("companion.replay.nothing")}</p>;
  return (
    <ol className={styles.rows}>
      {rows.map((row, index) => {
        const main = WORDS.find((key) => typeof row[key] === "string" && row[key] !== "");
        const rest = Object.entries(row).filter(([key, value]) => key !== main && value !== null && value !== "" && !(Array.isArray(value) && value.length === 0));
        return (
          <li key={index}>
            {main ? (
              // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard
              <p className={styles.words} dir="auto" tabIndex={String(row[main]).length > LONG ? 0 : undefined}>
                {String(row[main])}
              </p>
            ) : null}
            {rest.length ? (
              <p className={styles.rest}>
                {rest.map(([key, value]) => (
                  <span key={key}>
                    {key} <b>{say(value)}</b>
                  </span>
                ))}
              </p>
            ) : null}
          </li>
        );
      })}
    </ol>
  );
}

function say(value: unknown): string {
  if (typeof value === "number") return String(Number(value.toFixed(4)));
  if (Array.isArray(value)) return value.map(say).join(", ");
  if (typeof value !== "string") return JSON.stringify(value);
  return UUID.test(value) ? `…${value.slice(-8)}` : value;
}

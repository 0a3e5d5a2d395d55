import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Star, ThumbsDown, ThumbsUp } from "lucide-react";
import { useId, useState } from "react";

import { thinkNothingOf, thinkOf, type Message, type Opinion as Thought } from "~/api/companion";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Button, IconButton } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import styles from "./companion.module.css";

const NOTHING: Thought = { is_positive: null, rating: null, comment: "" };
const STARS = [1, 2, 3, 4, 5] as const;

interface Props {
  message: Pick<Message, "id" | "feedback">;
  /** Where the messages are kept that tell of it. */
  of?: string[];
}

/** What the reader thinks of an answer: a thumb, and if they like how good it was, of five, and a word about it. */
export function Opinion({ message, of = ["companion", "messages"] }: Props) {
  const text = useText();
  const id = useId();
  const queries = useQueryClient();
  const known = { ...NOTHING, ...message.feedback };
  const [open, setOpen] = useState(false);
  const thinking = useMutation({
    // What is sent replaces what was there.
    mutationFn: (next: Thought): Promise<unknown> => (isNothing(next) ? thinkNothingOf(message.id) : thinkOf(message.id, next)),
    onSuccess: () => queries.invalidateQueries({ queryKey: of }),
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  const now = thinking.isPending ? thinking.variables : known;
  const think = (more: Partial<Thought>) => thinking.mutate({ ...now, ...more });
  const thumb = (is: boolean) => {
    const next = now.is_positive === is ? null : is;
    setOpen(next !== null);
    think({ is_positive: next });
  };
  return (
    <>
      <span className={styles.thumbs}>
        <IconButton icon={ThumbsUp} size={15} label={text("companion.opinion.good")} aria-pressed={now.is_positive === true} onClick={() => thumb(true)} />
        <IconButton icon={ThumbsDown} size={15} label={text("companion.opinion.bad")} aria-pressed={now.is_positive === false} onClick={() => thumb(false)} />
        {now.rating !== null ? (
          <Button small tone="bare" icon={Star} aria-expanded={open} aria-controls={id} aria-label={text("companion.opinion.stars", { stars: now.rating })} onClick={() => setOpen(!open)}>
            {now.rating}
          </Button>
        ) : null}
      </span>
      {open ? (
        <div id={id} className={styles.opinion}>
          <Stars stars={now.rating} onStars={(rating) => think({ rating })} />
          <Comment
            before={known.comment}
            busy={thinking.isPending}
            onSay={(comment) => {
              thinking.mutate(
                { ...now, comment },
                {
                  onSuccess: () => {
                    setOpen(false);
                    notify(text("companion.opinion.thanks"));
                  },
                },
              );
            }}
            onNothing={() => setOpen(false)}
          />
        </div>
      ) : null}
    </>
  );
}

/** One to five, with the arrow keys too; the same again takes it back. */
function Stars({ stars, onStars }: { stars: number | null; onStars: (stars: number | null) => void }) {
  const text = useText();
  const name = useId();
  return (
    <fieldset className={styles.stars}>
      <legend className="unseen">{text("companion.opinion.rating")}</legend>
      {STARS.map((one) => (
        <label key={one} data-lit={(stars !== null && one <= stars) || undefined} title={text("companion.opinion.stars", { stars: one })}>
          <input
            type="radio"
            name={name}
            className="unseen"
            checked={stars === one}
            aria-label={text("companion.opinion.stars", { stars: one })}
            onChange={() => onStars(one)}
            onClick={() => stars === one && onStars(null)}
          />
          <Star size={18} strokeWidth={1.7} aria-hidden />
        </label>
      ))}
    </fieldset>
  );
}

interface CommentProps {
  before: string;
  busy: boolean;
  onSay: (words: string) => void;
  onNothing: () => void;
}

function Comment({ before, busy, onSay, onNothing }: CommentProps) {
  const text = useText();
  const [words, setWords] = useState(before);
  return (
    <form
      className={styles.comment}
      onSubmit={(event) => {
        event.preventDefault();
        if (words.trim() === before) onNothing();
        else onSay(words.trim());
      }}
    >
      <input dir="auto" aria-label={text("companion.opinion.comment")} placeholder={text("companion.opinion.comment")} maxLength={2000} value={words} onChange={(event) => setWords(event.target.value)} />
      <Button small type="submit" busy={busy}>
        {text(words.trim() === before ? "companion.opinion.done" : "companion.opinion.send")}
      </Button>
    </form>
  );
}

const isNothing = ({ is_positive: thumb, rating, comment }: Thought) => thumb === null && rating === null && comment === "";

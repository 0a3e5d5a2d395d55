import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ThumbsDown, ThumbsUp } from "lucide-react";
import { useState } from "react";

import { thinkNothingOf, thinkOf, type Message } from "~/api/companion";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Button, IconButton } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import styles from "./companion.module.css";

/** What the reader thinks of an answer: a thumb, and a word about it if they like. */
export function Opinion({ message }: { message: Message }) {
  const text = useText();
  const queries = useQueryClient();
  const known = message.feedback?.is_positive ?? null;
  const [comment, setComment] = useState<string | null>(null);
  const thinking = useMutation({
    mutationFn: (thumb: boolean | null): Promise<unknown> => (thumb === null ? thinkNothingOf(message.id) : thinkOf(message.id, { is_positive: thumb, comment: message.feedback?.comment ?? "" })),
    onSuccess: (_, thumb) => {
      setComment(thumb === null ? null : (message.feedback?.comment ?? ""));
      return queries.invalidateQueries({ queryKey: ["companion", "messages"] });
    },
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  const thumb = thinking.isPending ? thinking.variables : known;
  const saying = useMutation({
    mutationFn: (words: string) => thinkOf(message.id, { is_positive: thumb ?? true, comment: words }),
    onSuccess: () => {
      setComment(null);
      notify(text("companion.opinion.thanks"));
      return queries.invalidateQueries({ queryKey: ["companion", "messages"] });
    },
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  return (
    <>
      <span className={styles.thumbs}>
        <IconButton icon={ThumbsUp} size={15} label={text("companion.opinion.good")} aria-pressed={thumb === true} onClick={() => thinking.mutate(thumb === true ? null : true)} />
        <IconButton icon={ThumbsDown} size={15} label={text("companion.opinion.bad")} aria-pressed={thumb === false} onClick={() => thinking.mutate(thumb === false ? null : false)} />
      </span>
      {comment !== null && thumb !== null ? (
        <form
          className={styles.comment}
          onSubmit={(event) => {
            event.preventDefault();
            if (comment.trim()) saying.mutate(comment.trim());
            else setComment(null);
          }}
        >
          <input aria-label={text("companion.opinion.comment")} placeholder={text("companion.opinion.comment")} maxLength={2000} value={comment} onChange={(event) => setComment(event.target.value)} />
          <Button small type="submit" busy={saying.isPending}>
            {text("companion.opinion.send")}
          </Button>
        </form>
      ) : null}
    </>
  );
}

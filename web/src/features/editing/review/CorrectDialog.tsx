import { Textarea } from "@mantine/core";
import { useState } from "react";

import type { PlaceItem, ReviewItem } from "~/api/editing";
import { useText } from "~/lib/language";
import { AskDialog } from "~/ui/AskDialog";

import { PlacePicker } from "../shared/PlacePicker";

interface Props {
  slug: string;
  items: readonly ReviewItem[];
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onCorrect: (pages: string[], quote: string | null) => void;
}

/** Says from which pages something may be known, and accepts it. */
export function CorrectDialog({ slug, items, busy, error, onClose, onCorrect }: Props) {
  const text = useText();
  const one = items.length === 1 ? items[0] : undefined;
  const [pages, setPages] = useState<readonly PlaceItem[]>(one?.pages ?? []);
  const [quote, setQuote] = useState(one?.quote ?? "");
  return (
    <AskDialog
      title={text("editing.correct.title", { count: items.length })}
      action={text("editing.correct.action")}
      disabled={!pages.length}
      busy={busy}
      error={error}
      onClose={onClose}
      onAct={() =>
        onCorrect(
          pages.map(({ page_id }) => page_id),
          quote.trim() || null,
        )
      }
    >
      {one ? <p>{one.text}</p> : null}
      <PlacePicker slug={slug} label={text("editing.correct.pages")} help={text("editing.correct.pagesHelp")} value={pages} onChange={setPages} />
      <Textarea label={text("editing.correct.quote")} description={text("editing.correct.quoteHelp")} autosize minRows={1} maxRows={5} maxLength={4000} value={quote} onChange={(event) => setQuote(event.currentTarget.value)} />
    </AskDialog>
  );
}

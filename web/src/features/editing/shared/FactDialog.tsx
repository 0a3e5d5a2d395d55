import { Textarea } from "@mantine/core";
import { useState } from "react";

import { createFact, editFact, type EvidenceRow, type PlaceItem } from "~/api/editing";
import { useText } from "~/lib/language";
import { AskDialog } from "~/ui/AskDialog";

import { placesOf } from "./Evidence";
import { PlacePicker } from "./PlacePicker";
import { fieldError, otherError } from "./fieldError";
import { useChange } from "./useChange";

interface Props {
  slug: string;
  /** The fact to change; null makes one of the entity. */
  fact: { id: string; text: string; evidence: readonly EvidenceRow[] } | null;
  entityId?: string;
  onClose: () => void;
}

/** What is known of something, and from which pages on. */
export function FactDialog({ slug, fact, entityId, onClose }: Props) {
  const text = useText();
  const change = useChange({ quiet: true });
  const [before] = useState(() => placesOf(fact?.evidence ?? []));
  const [words, setWords] = useState(fact?.text ?? "");
  const [pages, setPages] = useState<readonly PlaceItem[]>(before);
  const placed = pages !== before;
  const ids = pages.map(({ page_id }) => page_id);
  const send = (): Promise<unknown> =>
    fact ? editFact(fact.id, { text: words, ...(placed ? { page_ids: ids } : {}) }) : createFact(entityId ?? "", { text: words, page_ids: ids });
  return (
    <AskDialog
      title={text(fact ? "editing.fact.edit" : "editing.fact.new")}
      action={text("common.save")}
      disabled={!words.trim()}
      busy={change.isPending}
      error={otherError(change.error, "text")}
      onClose={onClose}
      onAct={() => change.mutate({ send, said: text("editing.fact.saved") }, { onSuccess: onClose })}
    >
      <Textarea data-autofocus label={text("editing.fact.text")} error={fieldError(change.error, "text")} autosize minRows={2} maxRows={8} maxLength={4000} value={words} onChange={(event) => setWords(event.currentTarget.value)} />
      <PlacePicker slug={slug} label={text("editing.known.label")} help={text("editing.known.help")} value={pages} onChange={setPages} />
    </AskDialog>
  );
}

import { NativeSelect, Select, TextInput } from "@mantine/core";
import { useState } from "react";

import { createRelationship, editRelationship, type EntityRow, type PlaceItem, type RelationshipRow } from "~/api/editing";
import { useText } from "~/lib/language";
import { AskDialog } from "~/ui/AskDialog";

import { placesOf } from "../shared/Evidence";
import { PlacePicker } from "../shared/PlacePicker";
import { fieldError, otherError } from "../shared/fieldError";
import { useChange } from "../shared/useChange";

interface Props {
  slug: string;
  entity: EntityRow;
  entities: readonly EntityRow[];
  tie: RelationshipRow | null;
  onClose: () => void;
}

/** Ties two entities, or changes how they are tied. */
export function RelationshipDialog({ slug, entity, entities, tie, onClose }: Props) {
  const text = useText();
  const change = useChange({ quiet: true });
  const [before] = useState(() => placesOf(tie?.evidence ?? []));
  const [other, setOther] = useState<string | null>(null);
  const [from, setFrom] = useState<"this" | "other">("this");
  const [kind, setKind] = useState(tie?.kind ?? "");
  const [label, setLabel] = useState(tie?.label ?? "");
  const [pages, setPages] = useState<readonly PlaceItem[]>(before);
  const ids = pages.map(({ page_id }) => page_id);
  const key = keyOf(kind);
  const send = (): Promise<unknown> =>
    tie
      ? editRelationship(tie.id, { kind: key, label: label.trim(), ...(pages === before ? {} : { page_ids: ids }) })
      : createRelationship(slug, {
          ...(from === "this" ? { source_id: entity.id, target_id: other ?? "" } : { source_id: other ?? "", target_id: entity.id }),
          kind: key,
          label: label.trim(),
          page_ids: ids,
        });
  const otherName = entities.find(({ id }) => id === other)?.name ?? "…";
  return (
    <AskDialog
      title={text(tie ? "editing.tie.edit" : "editing.tie.new")}
      action={text("common.save")}
      disabled={!key || (!tie && !other)}
      busy={change.isPending}
      error={otherError(change.error, "kind", "label")}
      onClose={onClose}
      onAct={() => change.mutate({ send, said: text("editing.tie.saved") }, { onSuccess: onClose })}
    >
      {tie ? null : (
        <>
          <Select
            data-autofocus
            label={text("editing.tie.other")}
            data={entities.filter(({ id }) => id !== entity.id).map(({ id, name }) => ({ value: id, label: name }))}
            value={other}
            onChange={setOther}
            searchable
          />
          <NativeSelect
            label={text("editing.tie.direction")}
            value={from}
            data={[
              { value: "this", label: text("editing.tie.fromTo", { source: entity.name, target: otherName }) },
              { value: "other", label: text("editing.tie.fromTo", { source: otherName, target: entity.name }) },
            ]}
            onChange={(event) => setFrom(event.currentTarget.value as "this" | "other")}
          />
        </>
      )}
      <TextInput label={text("editing.tie.kind")} description={text("editing.tie.kindHelp")} error={fieldError(change.error, "kind")} maxLength={64} value={kind} onChange={(event) => setKind(event.currentTarget.value)} />
      <TextInput label={text("editing.tie.label")} description={text("editing.tie.labelHelp")} error={fieldError(change.error, "label")} maxLength={512} value={label} onChange={(event) => setLabel(event.currentTarget.value)} />
      <PlacePicker slug={slug} label={text("editing.known.label")} help={text("editing.known.help")} value={pages} onChange={setPages} />
    </AskDialog>
  );
}

/** "Lives in" as files write it: lives_in. */
const keyOf = (kind: string) =>
  kind
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "");

import { NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { MapPin, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";

import {
  deleteEntity,
  deleteFact,
  deleteRelationship,
  editEntity,
  entityToEditQuery,
  rosterQuery,
  type EntityKind,
  type EntityRow,
  type FactRow,
  type PlaceItem,
  type RelationshipRow,
} from "~/api/editing";
import { inLanguage, useText } from "~/lib/language";
import { AskDialog } from "~/ui/AskDialog";
import { Button, IconButton } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import { ConfirmDialog } from "../shared/ConfirmDialog";
import { EvidenceOf, placesOf } from "../shared/Evidence";
import { FactDialog } from "../shared/FactDialog";
import { PlacePicker } from "../shared/PlacePicker";
import { SaveRow } from "../shared/SaveRow";
import { fieldError, otherError } from "../shared/fieldError";
import { ENTITY_KINDS } from "../shared/kinds";
import panes from "../shared/panes.module.css";
import { useChange } from "../shared/useChange";

import { RelationshipDialog } from "./RelationshipDialog";

interface Props {
  slug: string;
  entity: EntityRow;
  world: { entities: EntityRow[]; relationships: RelationshipRow[] };
  onGone: () => void;
}

type Asking = { what: "delete" | "places" | "newFact" | "newTie" } | { what: "fact" | "deleteFact"; fact: FactRow } | { what: "tie" | "deleteTie"; tie: RelationshipRow };

/** One entity: what it is called, what is known of it, and what it is tied to. */
export function EntityForm({ slug, entity, world, onGone }: Props) {
  const text = useText();
  const change = useChange({ quiet: true });
  const full = useQuery(entityToEditQuery(slug, entity.id));
  const roster = useQuery(rosterQuery(slug));
  const [name, setName] = useState(entity.name);
  const [kind, setKind] = useState(entity.kind);
  const [key, setKey] = useState(entity.slug);
  const [character, setCharacter] = useState(entity.character_id ?? "");
  const [asking, setAsking] = useState<Asking | null>(null);
  const nameOf = (id: string) => world.entities.find((one) => one.id === id)?.name ?? "?";
  const ties = world.relationships.filter(({ source_id, target_id }) => source_id === entity.id || target_id === entity.id);
  const sentence = (tie: RelationshipRow) => text("editing.tie.sentence", { source: nameOf(tie.source_id), kind: tie.label || tie.kind.replaceAll("_", " "), target: nameOf(tie.target_id) });
  const dirty = name.trim() !== entity.name || kind !== entity.kind || key.trim() !== entity.slug || character !== (entity.character_id ?? "");
  const other = otherError(change.error, "name", "slug");
  const close = () => setAsking(null);
  return (
    <>
      <div className={panes.head}>
        <h2>{entity.name}</h2>
        <Button small tone="danger" icon={Trash2} onClick={() => setAsking({ what: "delete" })}>
          {text("editing.delete")}
        </Button>
      </div>
      <form
        className={panes.form}
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate({ send: () => editEntity(entity.id, { name: name.trim(), kind, slug: key.trim(), character_id: character || null }), said: text("edit.saved", { name: name.trim() }) });
        }}
      >
        <TextInput label={text("editing.name")} error={fieldError(change.error, "name")} maxLength={512} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <NativeSelect label={text("editing.world.kind")} value={kind} data={ENTITY_KINDS.map((value) => ({ value, label: text(`editing.entity.${value}`) }))} onChange={(event) => setKind(event.currentTarget.value as EntityKind)} />
        <TextInput label={text("editing.world.key")} description={text("editing.world.keyHelp")} error={fieldError(change.error, "slug")} maxLength={128} value={key} onChange={(event) => setKey(event.currentTarget.value)} />
        <NativeSelect
          label={text("editing.world.character")}
          description={text("editing.world.characterHelp")}
          value={character}
          data={[{ value: "", label: text("editing.world.noCharacter") }, ...(roster.data ?? []).map(({ id, name: known }) => ({ value: id, label: known }))]}
          onChange={(event) => setCharacter(event.currentTarget.value)}
        />
        <SaveRow error={other} disabled={!dirty || !name.trim()} busy={change.isPending} />
      </form>
      <section className={panes.part}>
        <div>
          <h3>{text("editing.known.label")}</h3>
          <Button small icon={MapPin} onClick={() => setAsking({ what: "places" })}>
            {text("editing.known.change")}
          </Button>
        </div>
        <EvidenceOf slug={slug} evidence={entity.evidence} />
      </section>
      <section className={panes.part}>
        <div>
          <h3>{text("editing.fact.title")}</h3>
          <Button small icon={Plus} onClick={() => setAsking({ what: "newFact" })}>
            {text("editing.fact.new")}
          </Button>
        </div>
        {full.error ? <Failure error={full.error} retry={() => void full.refetch()} /> : null}
        {full.isPending ? <Skeleton height={80} /> : null}
        {full.data?.facts.length === 0 ? <p>{text("editing.fact.none")}</p> : null}
        <ul className={panes.items}>
          {full.data?.facts.map((fact) => (
            <li key={fact.id} className={panes.item}>
              <div className={panes.itemHead}>
                <span {...inLanguage(fact.language)}>{fact.text}</span>
                <IconButton icon={Pencil} size={16} label={text("editing.fact.editNamed", { text: fact.text.slice(0, 60) })} onClick={() => setAsking({ what: "fact", fact })} />
                <IconButton icon={Trash2} size={16} label={text("editing.fact.deleteNamed", { text: fact.text.slice(0, 60) })} onClick={() => setAsking({ what: "deleteFact", fact })} />
              </div>
              <EvidenceOf slug={slug} evidence={fact.evidence} />
            </li>
          ))}
        </ul>
      </section>
      <section className={panes.part}>
        <div>
          <h3>{text("editing.tie.title")}</h3>
          <Button small icon={Plus} disabled={world.entities.length < 2} onClick={() => setAsking({ what: "newTie" })}>
            {text("editing.tie.new")}
          </Button>
        </div>
        {ties.length === 0 ? <p>{text("editing.tie.none")}</p> : null}
        <ul className={panes.items}>
          {ties.map((tie) => (
            <li key={tie.id} className={panes.item}>
              <div className={panes.itemHead}>
                <span>{sentence(tie)}</span>
                <IconButton icon={Pencil} size={16} label={text("editing.fact.editNamed", { text: sentence(tie) })} onClick={() => setAsking({ what: "tie", tie })} />
                <IconButton icon={Trash2} size={16} label={text("editing.fact.deleteNamed", { text: sentence(tie) })} onClick={() => setAsking({ what: "deleteTie", tie })} />
              </div>
              <EvidenceOf slug={slug} evidence={tie.evidence} />
            </li>
          ))}
        </ul>
        <Link to="/edit/$slug/review" params={{ slug }} search={{ about: entity.id }}>
          {text("editing.reviewAbout", { name: entity.name })}
        </Link>
      </section>
      {asking?.what === "delete" ? (
        <ConfirmDialog
          title={text("editing.deleteNamed", { name: entity.name })}
          detail={text("editing.world.deleteDetail", { facts: full.data?.facts.length ?? 0, ties: ties.length })}
          action={text("editing.deleteNamed", { name: entity.name.slice(0, 40) })}
          said={text("editing.deleted", { name: entity.name })}
          send={() => deleteEntity(entity.id)}
          onClose={close}
          onDone={onGone}
        />
      ) : null}
      {asking?.what === "places" ? <PlacesDialog slug={slug} entity={entity} onClose={close} /> : null}
      {asking?.what === "newFact" ? <FactDialog slug={slug} fact={null} entityId={entity.id} onClose={close} /> : null}
      {asking?.what === "fact" ? <FactDialog slug={slug} fact={asking.fact} onClose={close} /> : null}
      {asking?.what === "deleteFact" ? (
        <ConfirmDialog
          title={text("editing.fact.delete")}
          detail={asking.fact.text}
          action={text("editing.fact.delete")}
          said={text("editing.fact.deleted")}
          send={() => deleteFact(asking.fact.id)}
          onClose={close}
        />
      ) : null}
      {asking?.what === "newTie" ? <RelationshipDialog slug={slug} entity={entity} entities={world.entities} tie={null} onClose={close} /> : null}
      {asking?.what === "tie" ? <RelationshipDialog slug={slug} entity={entity} entities={world.entities} tie={asking.tie} onClose={close} /> : null}
      {asking?.what === "deleteTie" ? (
        <ConfirmDialog
          title={text("editing.tie.delete")}
          detail={sentence(asking.tie)}
          action={text("editing.tie.delete")}
          said={text("editing.tie.deleted")}
          send={() => deleteRelationship(asking.tie.id)}
          onClose={close}
        />
      ) : null}
    </>
  );
}

function PlacesDialog({ slug, entity, onClose }: { slug: string; entity: EntityRow; onClose: () => void }) {
  const text = useText();
  const change = useChange({ quiet: true });
  const [pages, setPages] = useState<readonly PlaceItem[]>(() => placesOf(entity.evidence));
  return (
    <AskDialog
      title={text("editing.known.of", { name: entity.name })}
      action={text("common.save")}
      busy={change.isPending}
      error={change.error}
      onClose={onClose}
      onAct={() => change.mutate({ send: () => editEntity(entity.id, { page_ids: pages.map(({ page_id }) => page_id) }), said: text("edit.saved", { name: entity.name }) }, { onSuccess: onClose })}
    >
      <PlacePicker slug={slug} label={text("editing.known.label")} help={text("editing.known.help")} value={pages} onChange={setPages} />
    </AskDialog>
  );
}

import { Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Plus, Sparkles } from "lucide-react";
import { useState } from "react";

import { createEntity, mergeEntities, proposeWorld, sendWorld, worldQuery, type EntityKind, type EntityRow, type PlaceItem } from "~/api/editing";
import { useText } from "~/lib/language";
import { useSelection } from "~/lib/useSelection";
import { AskDialog } from "~/ui/AskDialog";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { PaneRow, Panes } from "~/ui/Panes";
import { Skeleton } from "~/ui/Skeleton";
import { Tag } from "~/ui/Tag";

import { ImportFiles } from "../shared/ImportFiles";
import { MergeChosen } from "../shared/MergeChosen";
import { PlacePicker } from "../shared/PlacePicker";
import { fieldError, otherError } from "../shared/fieldError";
import { ENTITY_KINDS } from "../shared/kinds";
import panes from "../shared/panes.module.css";
import { useChange } from "../shared/useChange";

import { EntityForm } from "./EntityForm";

const route = getRouteApi("/inside/shell/edit/$slug/world");
const NONE: readonly EntityRow[] = [];

/** `/edit/<series>/world?entity=<id>`: what there is in a story's world, how it is tied, and from where it is known. */
export function WorldEditScreen() {
  const text = useText();
  const navigate = route.useNavigate();
  const { slug } = route.useParams();
  const { entity: opened } = route.useSearch();
  const world = useQuery(worldQuery(slug));
  const proposing = useChange<{ characters: number; entities: number; facts: number; relationships: number }>();
  const [words, setWords] = useState("");
  const [kind, setKind] = useState<EntityKind | "">("");
  const [making, setMaking] = useState(false);
  const all = world.data?.entities ?? NONE;
  const looked = words.trim().toLowerCase();
  const found = all.filter((one) => (!kind || one.kind === kind) && one.name.toLowerCase().includes(looked)).sort((a, b) => a.name.localeCompare(b.name));
  const order = found.map(({ id }) => id);
  const selection = useSelection(order);
  const chosen = all.filter(({ id }) => selection.ids.has(id));
  const open = (id: string | undefined) => void navigate({ search: { entity: id } });
  if (world.error) return <Failure error={world.error} retry={() => void world.refetch()} />;
  const entity = all.find(({ id }) => id === opened) ?? null;

  const list = (
    <>
      <div className={panes.tools}>
        <TextInput className={panes.search ?? ""} type="search" aria-label={text("editing.world.search")} placeholder={text("editing.world.search")} value={words} onChange={(event) => setWords(event.currentTarget.value)} />
        <NativeSelect
          aria-label={text("editing.world.kind")}
          value={kind}
          data={[{ value: "", label: text("editing.world.allKinds") }, ...ENTITY_KINDS.map((value) => ({ value, label: text(`editing.entity.${value}`) }))]}
          onChange={(event) => setKind(event.currentTarget.value as EntityKind | "")}
        />
        <Button icon={Plus} onClick={() => setMaking(true)}>
          {text("editing.world.new")}
        </Button>
      </div>
      {world.isPending ? (
        <Skeleton height={320} />
      ) : found.length === 0 ? (
        <p className={panes.none}>{text(all.length ? "editing.nothingFound" : "editing.world.none")}</p>
      ) : (
        <ul className={panes.rows}>
          {found.map((one) => (
            <PaneRow key={one.id} here={one.id === opened} className={panes.row}>
              <Checkbox aria-label={text("editing.choose", { name: one.name })} checked={selection.ids.has(one.id)} onChange={() => selection.toggle(one.id)} />
              <Link to="/edit/$slug/world" params={{ slug }} search={{ entity: one.id }} aria-current={one.id === opened ? "true" : undefined}>
                <span />
                <span className={panes.names}>
                  <strong>{one.name}</strong>
                  <span>{text(`editing.entity.${one.kind}`)}</span>
                </span>
                {one.evidence.some(({ state }) => state === "accepted") ? null : <Tag tone="warn">{text("editing.state.proposed")}</Tag>}
              </Link>
            </PaneRow>
          ))}
        </ul>
      )}
    </>
  );
  const detail =
    entity && world.data ? (
      <EntityForm key={entity.id} slug={slug} entity={entity} world={world.data} onGone={() => open(undefined)} />
    ) : (
      <div className={panes.offer}>
        <h2>{text("editing.world.chooseTitle")}</h2>
        <p className={panes.none}>{text("editing.world.chooseDetail")}</p>
        <ImportFiles
          label={text("editing.world.import")}
          help={text("editing.world.importHelp")}
          accept=".yaml,.yml"
          send={(files, sending) => sendWorld(slug, files, sending)}
          said={(done) => text("editing.world.imported", { entities: done.entities, relationships: done.relationships, facts: done.facts, waiting: done.waiting.length })}
        />
        <section className={panes.part}>
          <div>
            <h3>{text("editing.world.propose")}</h3>
            <Button
              small
              icon={Sparkles}
              busy={proposing.isPending}
              onClick={() => proposing.mutate({ send: () => proposeWorld(slug), said: text("editing.world.proposed") })}
            >
              {text("editing.world.proposeNow")}
            </Button>
          </div>
          <p>{text("editing.world.proposeHelp")}</p>
          {proposing.data ? <p role="status">{text("editing.world.proposedCount", { ...proposing.data })}</p> : null}
        </section>
      </div>
    );

  return (
    <>
      <Panes list={list} detail={detail} chosen={entity !== null} back={{ to: "/edit/$slug/world", params: { slug } }} backTo={text("editing.backToList")} offers />
      <MergeChosen chosen={chosen} selection={selection} order={order} help={text("editing.world.mergeHelp")} send={mergeEntities} onDone={open} />
      {making ? (
        <NewEntity
          slug={slug}
          onClose={() => setMaking(false)}
          onMade={(id) => {
            setMaking(false);
            open(id);
          }}
        />
      ) : null}
    </>
  );
}

function NewEntity({ slug, onClose, onMade }: { slug: string; onClose: () => void; onMade: (id: string) => void }) {
  const text = useText();
  const change = useChange<{ id: string }>({ quiet: true });
  const [name, setName] = useState("");
  const [kind, setKind] = useState<EntityKind>("place");
  const [pages, setPages] = useState<readonly PlaceItem[]>([]);
  return (
    <AskDialog
      title={text("editing.world.new")}
      action={text("editing.create")}
      disabled={!name.trim()}
      busy={change.isPending}
      error={otherError(change.error, "name")}
      onClose={onClose}
      onAct={() =>
        change.mutate(
          { send: () => createEntity(slug, { name: name.trim(), kind, page_ids: pages.map(({ page_id }) => page_id) }), said: text("editing.created", { name: name.trim() }) },
          { onSuccess: ({ id }) => onMade(id) },
        )
      }
    >
      <TextInput data-autofocus label={text("editing.name")} error={fieldError(change.error, "name")} maxLength={512} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <NativeSelect
        label={text("editing.world.kind")}
        value={kind}
        data={ENTITY_KINDS.map((value) => ({ value, label: text(`editing.entity.${value}`) }))}
        onChange={(event) => setKind(event.currentTarget.value as EntityKind)}
      />
      <PlacePicker slug={slug} label={text("editing.known.label")} help={text("editing.known.help")} value={pages} onChange={setPages} />
    </AskDialog>
  );
}

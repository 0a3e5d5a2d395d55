import { Select, Switch, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { ImageUp, Plus, Split, Trash2 } from "lucide-react";
import { useState } from "react";

import { addAlias, deleteCharacter, editCharacter, removeAlias, splitAlias, type AliasItem, type PlaceItem, type ReviewState, type RosterItem } from "~/api/editing";
import { inLanguage, useText } from "~/lib/language";
import { AskDialog } from "~/ui/AskDialog";
import { Button, IconButton } from "~/ui/Button";

import { ConfirmDialog } from "../shared/ConfirmDialog";
import { PlacePicker } from "../shared/PlacePicker";
import { SaveRow } from "../shared/SaveRow";
import { fieldError, otherError } from "../shared/fieldError";
import panes from "../shared/panes.module.css";
import { Places } from "../shared/places";
import { useChange } from "../shared/useChange";

import { Face } from "./Face";
import { Mentions } from "./Mentions";
import { PortraitDialog } from "./PortraitDialog";

interface Props {
  slug: string;
  person: RosterItem;
  onGone: () => void;
  onOpen: (id: string) => void;
}

/** Somebody of the roster: their name, other names, and where they are. */
export function PersonForm({ slug, person, onGone, onOpen }: Props) {
  const text = useText();
  const change = useChange({ quiet: true });
  const split = useChange<{ id: string }>();
  const removing = useChange();
  const [name, setName] = useState(person.name);
  const [state, setState] = useState<ReviewState>(person.state);
  const [asking, setAsking] = useState<"delete" | "alias" | "portrait" | null>(null);
  const dirty = name.trim() !== person.name || state !== person.state;
  const other = otherError(change.error, "name");
  return (
    <>
      <div className={panes.head}>
        <Face person={person} />
        <h2>{person.name}</h2>
        <Button small icon={ImageUp} onClick={() => setAsking("portrait")}>
          {text("editing.portrait.choose")}
        </Button>
        <Button small tone="danger" icon={Trash2} onClick={() => setAsking("delete")}>
          {text("editing.delete")}
        </Button>
      </div>
      <form
        className={panes.form}
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate({ send: () => editCharacter(person.id, { name: name.trim(), state }), said: text("edit.saved", { name: name.trim() }) });
        }}
      >
        <TextInput label={text("editing.name")} error={fieldError(change.error, "name")} maxLength={512} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <Select
          label={text("editing.people.state")}
          description={text("editing.people.stateHelp")}
          data={(["proposed", "accepted", "rejected"] as const).map((value) => ({ value, label: text(`editing.state.${value}`) }))}
          value={state}
          allowDeselect={false}
          onChange={(value) => value && setState(value)}
        />
        <SaveRow error={other} disabled={!dirty || !name.trim()} busy={change.isPending} />
      </form>
      <section className={panes.part}>
        <div>
          <h3>{text("editing.people.aliases")}</h3>
          <Button small icon={Plus} onClick={() => setAsking("alias")}>
            {text("editing.people.addAlias")}
          </Button>
        </div>
        {person.aliases.length ? (
          <ul className={panes.items}>
            {person.aliases.map((alias) => (
              <Alias
                key={alias.id}
                slug={slug}
                alias={alias}
                onSplit={() => split.mutate({ send: () => splitAlias(alias.id), said: text("editing.people.wasSplit", { name: alias.alias }) }, { onSuccess: ({ id }) => onOpen(id) })}
                onRemove={() => removing.mutate({ send: () => removeAlias(alias.id), said: text("editing.people.aliasRemoved", { name: alias.alias }) })}
              />
            ))}
          </ul>
        ) : (
          <p>{text("editing.people.noAliases")}</p>
        )}
        <Link to="/edit/$slug/review" params={{ slug }} search={{ about: person.id }}>
          {text("editing.reviewAbout", { name: person.name })}
        </Link>
      </section>
      <section className={panes.part}>
        <div>
          <h3>{text("editing.people.pages", { count: person.page_count })}</h3>
        </div>
        <p>{text("editing.people.pagesHelp")}</p>
        <Mentions slug={slug} id={person.id} />
      </section>
      {asking === "delete" ? (
        <ConfirmDialog
          title={text("editing.deleteNamed", { name: person.name })}
          detail={text("editing.people.deleteDetail", { count: person.page_count })}
          action={text("editing.deleteNamed", { name: person.name.slice(0, 40) })}
          said={text("editing.deleted", { name: person.name })}
          send={() => deleteCharacter(person.id)}
          onClose={() => setAsking(null)}
          onDone={onGone}
        />
      ) : null}
      {asking === "portrait" ? <PortraitDialog slug={slug} person={person} onClose={() => setAsking(null)} /> : null}
      {asking === "alias" ? <AliasDialog slug={slug} person={person} onClose={() => setAsking(null)} /> : null}
    </>
  );
}

function Alias({ slug, alias, onSplit, onRemove }: { slug: string; alias: AliasItem; onSplit: () => void; onRemove: () => void }) {
  const text = useText();
  return (
    <li className={panes.item}>
      <div className={panes.itemHead}>
        <strong {...inLanguage(alias.language)}>{alias.alias}</strong>
        <IconButton icon={Split} size={16} label={text("editing.people.split", { name: alias.alias })} onClick={onSplit} />
        <IconButton icon={Trash2} size={16} label={text("editing.people.removeAlias", { name: alias.alias })} onClick={onRemove} />
      </div>
      <div className={panes.itemFoot}>
        <span>{alias.open ? text("editing.people.open") : alias.pages.length ? text("editing.people.closed") : text("editing.people.unplaced")}</span>
        {alias.pages.map((places, index) => (
          <Places key={index} slug={slug} places={places} />
        ))}
      </div>
    </li>
  );
}

function AliasDialog({ slug, person, onClose }: { slug: string; person: RosterItem; onClose: () => void }) {
  const text = useText();
  const change = useChange({ quiet: true });
  const [alias, setAlias] = useState("");
  const [open, setOpen] = useState(false);
  const [pages, setPages] = useState<readonly PlaceItem[]>([]);
  return (
    <AskDialog
      title={text("editing.people.aliasOf", { name: person.name })}
      action={text("editing.people.addAlias")}
      disabled={!alias.trim()}
      busy={change.isPending}
      error={otherError(change.error, "alias")}
      onClose={onClose}
      onAct={() =>
        change.mutate(
          { send: () => addAlias(person.id, { alias: alias.trim(), open, page_ids: open ? [] : pages.map(({ page_id }) => page_id) }), said: text("editing.created", { name: alias.trim() }) },
          { onSuccess: onClose },
        )
      }
    >
      <TextInput data-autofocus label={text("editing.name")} error={fieldError(change.error, "alias")} maxLength={512} value={alias} onChange={(event) => setAlias(event.currentTarget.value)} />
      <Switch label={text("editing.people.openLabel")} description={text("editing.people.openHelp")} checked={open} onChange={(event) => setOpen(event.currentTarget.checked)} />
      {open ? null : <PlacePicker slug={slug} label={text("editing.known.label")} help={text("editing.people.aliasHelp")} value={pages} onChange={setPages} />}
    </AskDialog>
  );
}

import { Checkbox, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Plus, UsersRound } from "lucide-react";
import { useState } from "react";

import { createCharacter, mergeCharacters, rosterQuery, type PlaceItem, type RosterItem } from "~/api/editing";
import { useText } from "~/lib/language";
import { useSelection } from "~/lib/useSelection";
import { AskDialog } from "~/ui/AskDialog";
import { Button } from "~/ui/Button";
import { Failure, Panel } from "~/ui/Failure";
import { PaneRow, Panes } from "~/ui/Panes";
import { Skeleton } from "~/ui/Skeleton";
import { Tag } from "~/ui/Tag";

import { MergeChosen } from "../shared/MergeChosen";
import { PlacePicker } from "../shared/PlacePicker";
import { fieldError, otherError } from "../shared/fieldError";
import panes from "../shared/panes.module.css";
import { useChange } from "../shared/useChange";

import { Face } from "./Face";
import { PersonForm } from "./PersonForm";

const route = getRouteApi("/inside/shell/edit/$slug/characters");
const NOBODY: readonly RosterItem[] = [];

/** `/edit/<series>/characters`: everybody in a series, under all their names. */
export function PeopleScreen() {
  const text = useText();
  const navigate = route.useNavigate();
  const { slug } = route.useParams();
  const { character } = route.useSearch();
  const roster = useQuery(rosterQuery(slug));
  const [words, setWords] = useState("");
  const [making, setMaking] = useState(false);
  const all = roster.data ?? NOBODY;
  const looked = words.trim().toLowerCase();
  const found = all.filter(({ name, aliases }) => [name, ...aliases.map(({ alias }) => alias)].some((one) => one.toLowerCase().includes(looked)));
  const order = found.map(({ id }) => id);
  const selection = useSelection(order);
  const chosen = all.filter(({ id }) => selection.ids.has(id));
  const person = all.find(({ id }) => id === character) ?? null;
  const open = (id: string | undefined) => void navigate({ search: { character: id } });
  if (roster.error) return <Failure error={roster.error} retry={() => void roster.refetch()} />;

  const list = (
    <>
      <div className={panes.tools}>
        <TextInput className={panes.search ?? ""} type="search" aria-label={text("editing.people.search")} placeholder={text("editing.people.search")} value={words} onChange={(event) => setWords(event.currentTarget.value)} />
        <Button icon={Plus} onClick={() => setMaking(true)}>
          {text("editing.people.new")}
        </Button>
      </div>
      {roster.isPending ? (
        <Skeleton height={320} />
      ) : found.length === 0 ? (
        <p className={panes.none}>{text(all.length ? "editing.nothingFound" : "editing.people.none")}</p>
      ) : (
        <ul className={panes.rows}>
          {found.map((one) => (
            <PaneRow key={one.id} here={one.id === character} className={panes.row}>
              <Checkbox aria-label={text("editing.choose", { name: one.name })} checked={selection.ids.has(one.id)} onChange={() => selection.toggle(one.id)} />
              <Link to="/edit/$slug/characters" params={{ slug }} search={{ character: one.id }} aria-current={one.id === character ? "true" : undefined}>
                <Face person={one} />
                <span className={panes.names}>
                  <strong>{one.name}</strong>
                  <span>{one.aliases.length ? one.aliases.map(({ alias }) => alias).join(", ") : text("editing.people.pages", { count: one.page_count })}</span>
                </span>
                {one.state === "accepted" ? null : (
                  <Tag tone={one.state === "rejected" ? "plain" : "warn"}>{text(`editing.state.${one.state}`)}</Tag>
                )}
              </Link>
            </PaneRow>
          ))}
        </ul>
      )}
    </>
  );
  const detail = person ? (
    <PersonForm key={person.id} slug={slug} person={person} onGone={() => open(undefined)} onOpen={open} />
  ) : (
    <Panel icon={UsersRound} title={text("editing.people.chooseTitle")}>
      <p>{text("editing.people.chooseDetail")}</p>
    </Panel>
  );

  return (
    <>
      <Panes list={list} detail={detail} chosen={person !== null} back={{ to: "/edit/$slug/characters", params: { slug } }} backTo={text("editing.backToList")} />
      <MergeChosen chosen={[...chosen].sort((a, b) => b.page_count - a.page_count)} selection={selection} order={order} help={text("editing.people.mergeHelp")} send={mergeCharacters} onDone={open} />
      {making ? (
        <NewPerson
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

function NewPerson({ slug, onClose, onMade }: { slug: string; onClose: () => void; onMade: (id: string) => void }) {
  const text = useText();
  const change = useChange<{ id: string }>({ quiet: true });
  const [name, setName] = useState("");
  const [pages, setPages] = useState<readonly PlaceItem[]>([]);
  return (
    <AskDialog
      title={text("editing.people.new")}
      action={text("editing.create")}
      disabled={!name.trim()}
      busy={change.isPending}
      error={otherError(change.error, "name")}
      onClose={onClose}
      onAct={() =>
        change.mutate(
          {
            send: () =>
              createCharacter(
                slug,
                name.trim(),
                pages.map(({ page_id }) => page_id),
              ),
            said: text("editing.created", { name: name.trim() }),
          },
          { onSuccess: ({ id }) => onMade(id) },
        )
      }
    >
      <TextInput data-autofocus label={text("editing.name")} error={fieldError(change.error, "name")} maxLength={512} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <PlacePicker slug={slug} label={text("editing.people.on")} help={text("editing.people.onHelp")} value={pages} onChange={setPages} />
    </AskDialog>
  );
}

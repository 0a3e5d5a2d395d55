import { Checkbox, Menu, NumberInput, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { mergeSeries, moveEpisodes, renumberEpisodes, seriesByTitleQuery, splitSeries } from "~/api/library";
import { mark } from "~/api/reading";
import type { EpisodeCard, SeriesDetail } from "~/api/types";
import { useText } from "~/lib/language";
import { type Selection } from "~/lib/useSelection";
import { AskDialog } from "~/ui/AskDialog";
import { Button } from "~/ui/Button";
import { SelectionBar } from "~/ui/SelectionBar";

import { useEdit } from "../shared/useEdit";

interface Props {
  series: SeriesDetail;
  chosen: EpisodeCard[];
  selection: Selection;
  order: readonly string[];
  onAdd: () => void;
}

/** What an editor does with several episodes at once. */
export function EpisodeActions({ series, chosen, selection, order, onAdd }: Props) {
  const text = useText();
  const edit = useEdit();
  const [asking, setAsking] = useState<"move" | "split" | "renumber" | null>(null);
  const ids = chosen.map(({ id }) => id);
  const count = ids.length;
  const none = count === 0;
  const markAs = (state: "read" | "unread") =>
    edit.mutate(
      {
        send: async () => {
          await mark({ episode_ids: ids, state });
          return undefined;
        },
        said: text(state === "read" ? "mark.episodesRead" : "mark.episodesUnread", { count }),
      },
      { onSuccess: selection.stop },
    );
  const dialog = { ids, series, onClose: () => setAsking(null), onDone: selection.stop };
  return (
    <>
      <SelectionBar count={count} onAll={() => selection.set(order)} onStop={selection.stop}>
        <Button small disabled={none} onClick={onAdd}>
          {text("addTo.listShort")}
        </Button>
        <Menu position="top">
          <Menu.Target>
            <Button small disabled={none}>
              {text("mark.mark")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => markAs("read")}>{text("mark.read")}</Menu.Item>
            <Menu.Item onClick={() => markAs("unread")}>{text("mark.unread")}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <Button small disabled={none} onClick={() => setAsking("renumber")}>
          {text("series.renumber")}
        </Button>
        <Button small disabled={none} onClick={() => setAsking("move")}>
          {text("series.move")}
        </Button>
        <Button small disabled={none || count === series.episode_count} onClick={() => setAsking("split")}>
          {text("series.split")}
        </Button>
      </SelectionBar>
      {asking === "move" ? <MoveDialog {...dialog} /> : null}
      {asking === "split" ? <SplitDialog {...dialog} /> : null}
      {asking === "renumber" ? <RenumberDialog {...dialog} /> : null}
    </>
  );
}

interface DialogProps {
  ids: string[];
  series: SeriesDetail;
  onClose: () => void;
  onDone: () => void;
}

function MoveDialog({ ids, series, onClose, onDone }: DialogProps) {
  const text = useText();
  const edit = useEdit({ quiet: true });
  const navigate = useNavigate();
  const [words, setWords] = useState("");
  const [into, setInto] = useState<string | null>(null);
  const [together, setTogether] = useState(false);
  const [settled] = useDebouncedValue(words, 200);
  const found = useQuery(seriesByTitleQuery(settled));
  const options = (found.data?.items ?? []).filter(({ id }) => id !== series.id).map(({ id, title }) => ({ value: id, label: title }));
  const target = found.data?.items.find(({ id }) => id === into);
  const name = options.find(({ value }) => value === into)?.label ?? "";
  const sameNumber = together ? "edition" : "refuse";
  const send = async () => {
    if (!target || ids.length < series.episode_count) return moveEpisodes(ids, into ?? "", sameNumber);
    // A series that is left without episodes goes, as in a merge, and so does who looks at it.
    const merged = await mergeSeries(target.id, [series.id], sameNumber);
    await navigate({ to: "/series/$slug", params: { slug: target.slug } });
    return merged;
  };
  return (
    <AskDialog
      title={text("series.moveTitle", { count: ids.length })}
      action={text("series.move")}
      disabled={!into}
      busy={edit.isPending}
      error={edit.error}
      onClose={onClose}
      onAct={() =>
        edit.mutate({ send, said: text("series.moved", { count: ids.length, name }) }, { onSuccess: onDone })
      }
    >
      <Select
        data-autofocus
        label={text("series.moveInto")}
        data={options}
        value={into}
        onChange={setInto}
        searchable
        onSearchChange={setWords}
        filter={({ options: all }) => all}
        nothingFoundMessage={text("shelf.nothing.search")}
      />
      <Checkbox checked={together} onChange={(event) => setTogether(event.currentTarget.checked)} label={text("series.sameNumber")} />
    </AskDialog>
  );
}

function SplitDialog({ ids, series, onClose, onDone }: DialogProps) {
  const text = useText();
  const edit = useEdit({ quiet: true });
  const [title, setTitle] = useState("");
  return (
    <AskDialog
      title={text("series.splitTitle", { count: ids.length })}
      action={text("series.split")}
      disabled={!title.trim()}
      busy={edit.isPending}
      error={edit.error}
      onClose={onClose}
      onAct={() =>
        edit.mutate(
          { send: () => splitSeries(series.id, ids, title.trim()), said: text("series.moved", { count: ids.length, name: title.trim() }) },
          { onSuccess: onDone },
        )
      }
    >
      <TextInput data-autofocus label={text("series.newTitle")} value={title} maxLength={512} onChange={(event) => setTitle(event.currentTarget.value)} />
    </AskDialog>
  );
}

function RenumberDialog({ ids, onClose, onDone }: DialogProps) {
  const text = useText();
  const edit = useEdit({ quiet: true });
  const [start, setStart] = useState<string | number>(1);
  const [step, setStep] = useState<string | number>(1);
  const last = Number(start) + Number(step) * (ids.length - 1);
  const valid = start !== "" && Number(step) > 0;
  return (
    <AskDialog
      title={text("series.renumberTitle", { count: ids.length })}
      action={text("series.renumber")}
      disabled={!valid}
      busy={edit.isPending}
      error={edit.error}
      onClose={onClose}
      onAct={() =>
        edit.mutate(
          { send: () => renumberEpisodes(ids, String(start), String(step)), said: text("series.renumbered", { count: ids.length }) },
          { onSuccess: onDone },
        )
      }
    >
      <NumberInput data-autofocus label={text("series.renumberFrom")} value={start} onChange={setStart} decimalScale={3} min={-99_999} max={899_999} />
      <NumberInput label={text("series.renumberStep")} value={step} onChange={setStep} decimalScale={3} min={0.001} max={1000} />
      {valid ? <p>{text("series.renumberHelp", { first: Number(start), last })}</p> : null}
    </AskDialog>
  );
}

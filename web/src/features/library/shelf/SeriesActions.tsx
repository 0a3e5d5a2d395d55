import { Checkbox, Menu, Radio, TagsInput } from "@mantine/core";
import { useState } from "react";

import { changeManySeries, mergeSeries } from "~/api/library";
import { mark } from "~/api/reading";
import type { Direction, SeriesCard } from "~/api/types";
import { useText } from "~/lib/language";
import { type Selection } from "~/lib/useSelection";
import { AskDialog } from "~/ui/AskDialog";
import { Button } from "~/ui/Button";
import { SelectionBar } from "~/ui/SelectionBar";

import { AddToDialog, type Addition } from "../shared/AddToDialog";
import { useEdit } from "../shared/useEdit";
import { shortened } from "../shared/words";

import styles from "./SeriesActions.module.css";

interface Props {
  chosen: SeriesCard[];
  selection: Selection;
  order: readonly string[];
}

/** What an editor does with several series at once. */
export function SeriesActions({ chosen, selection, order }: Props) {
  const text = useText();
  const edit = useEdit();
  const [adding, setAdding] = useState<Addition | null>(null);
  const [asking, setAsking] = useState<"merge" | "tags" | null>(null);
  const ids = chosen.map(({ id }) => id);
  const count = ids.length;
  const none = count === 0;
  const done = { onSuccess: () => selection.stop() };

  const direct = (direction: Direction) =>
    edit.mutate({ send: () => changeManySeries(ids, { direction }), said: text("edit.savedMany", { count }) }, done);
  const markAll = (state: "read" | "unread") =>
    edit.mutate(
      {
        send: async () => {
          for (const id of ids) await mark({ series_id: id, state });
          return undefined;
        },
        said: text(state === "read" ? "mark.seriesRead" : "mark.seriesUnread", { count }),
      },
      done,
    );

  return (
    <>
      <SelectionBar count={count} onAll={() => selection.set(order)} onStop={selection.stop}>
        <Button small disabled={none} onClick={() => setAdding({ what: "series", ids })}>
          {text("addTo.collectionShort")}
        </Button>
        <Button small disabled={none} onClick={() => setAsking("tags")}>
          {text("field.tags")}
        </Button>
        <Menu position="top">
          <Menu.Target>
            <Button small disabled={none}>
              {text("field.direction")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {(["ltr", "rtl", "vertical"] as const).map((direction) => (
              <Menu.Item key={direction} onClick={() => direct(direction)}>
                {text(`direction.${direction}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <Menu position="top">
          <Menu.Target>
            <Button small disabled={none}>
              {text("mark.mark")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => markAll("read")}>{text("mark.read")}</Menu.Item>
            <Menu.Item onClick={() => markAll("unread")}>{text("mark.unread")}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <Button small disabled={count < 2} onClick={() => setAsking("merge")}>
          {text("series.merge")}
        </Button>
      </SelectionBar>
      <AddToDialog
        addition={adding}
        onClose={(added) => {
          setAdding(null);
          if (added) selection.stop();
        }}
      />
      {asking === "merge" ? <MergeDialog chosen={chosen} onClose={() => setAsking(null)} onDone={selection.stop} /> : null}
      {asking === "tags" ? <TagsDialog chosen={chosen} onClose={() => setAsking(null)} onDone={selection.stop} /> : null}
    </>
  );
}

interface DialogProps {
  chosen: SeriesCard[];
  onClose: () => void;
  onDone: () => void;
}

function MergeDialog({ chosen, onClose, onDone }: DialogProps) {
  const text = useText();
  const edit = useEdit({ quiet: true });
  const most = [...chosen].sort((a, b) => b.episode_count - a.episode_count)[0];
  const [into, setInto] = useState(most?.id ?? "");
  const [together, setTogether] = useState(false);
  const name = chosen.find(({ id }) => id === into)?.title ?? "";
  const merge = () =>
    edit.mutate(
      {
        send: () =>
          mergeSeries(
            into,
            chosen.map(({ id }) => id).filter((id) => id !== into),
            together ? "edition" : "refuse",
          ),
        said: text("series.merged", { name, count: chosen.length }),
      },
      { onSuccess: onDone },
    );
  return (
    <AskDialog
      title={text("series.mergeTitle", { count: chosen.length })}
      action={text("series.mergeInto", { name: shortened(name) })}
      busy={edit.isPending}
      error={edit.error}
      onAct={merge}
      onClose={onClose}
    >
      <p>{text("series.mergeHelp")}</p>
      <Radio.Group label={text("series.mergeKeep")} value={into} onChange={setInto}>
        <div className={styles.options}>
          {chosen.map((one) => (
            <Radio key={one.id} value={one.id} label={`${one.title} · ${text("shelf.episodes", { count: one.episode_count })}`} />
          ))}
        </div>
      </Radio.Group>
      <Checkbox checked={together} onChange={(event) => setTogether(event.currentTarget.checked)} label={text("series.sameNumber")} />
    </AskDialog>
  );
}

function TagsDialog({ chosen, onClose, onDone }: DialogProps) {
  const text = useText();
  const edit = useEdit({ quiet: true });
  const [shared] = useState(() => chosen[0]?.tags.filter((tag) => chosen.every(({ tags }) => tags.includes(tag))) ?? []);
  const [tags, setTags] = useState(shared);
  const changes = { add_tags: tags.filter((tag) => !shared.includes(tag)), remove_tags: shared.filter((tag) => !tags.includes(tag)) };
  const save = () =>
    edit.mutate(
      {
        send: () =>
          changeManySeries(
            chosen.map(({ id }) => id),
            {},
            changes,
          ),
        said: text("edit.savedMany", { count: chosen.length }),
      },
      { onSuccess: onDone },
    );
  return (
    <AskDialog title={text("field.tags")} action={text("common.save")} busy={edit.isPending} error={edit.error} onAct={save} onClose={onClose}>
      <TagsInput
        data-autofocus
        label={text("series.tagsOf", { count: chosen.length })}
        description={text("field.tagsHelp")}
        value={tags}
        onChange={setTags}
      />
    </AskDialog>
  );
}

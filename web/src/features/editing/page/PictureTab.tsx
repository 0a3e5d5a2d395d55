import { NativeSelect, TagsInput, Textarea } from "@mantine/core";
import { useState } from "react";

import { setPresence, type EditableDescription, type RosterItem } from "~/api/editing";
import type { PageItem } from "~/api/types";
import { inLanguage, nameOfLanguage, useText } from "~/lib/language";
import { Button } from "~/ui/Button";

import { useChange } from "../shared/useChange";

import styles from "./page.module.css";
import type { DraftOf } from "./useDraft";

interface Props {
  slug: string;
  page: PageItem;
  description: EditableDescription;
  draft: DraftOf;
  roster: readonly RosterItem[];
}

type PresenceOrNone = "shown" | "speaks" | "mentioned" | "none";

/** What the page shows, its mood, and who is on it. */
export function PictureTab({ page, description, draft, roster }: Props) {
  const text = useText();
  const change = useChange();
  const [who, setWho] = useState("");
  const [how, setHow] = useState<PresenceOrNone>("shown");
  const { now } = draft;
  const name = roster.find(({ id }) => id === who)?.name ?? "";
  return (
    <section className={styles.tab} aria-label={text("editing.page.tab.picture")}>
      <p className={styles.from}>
        {description.source === null
          ? text("editing.page.noDescription", { language: nameOfLanguage(description.language) })
          : text("editing.page.descriptionFrom", { language: nameOfLanguage(description.language), source: description.model ?? text(`editing.source.${description.source}`) })}
      </p>
      <Textarea
        label={text("editing.page.description")}
        description={text("editing.page.descriptionHelp")}
        autosize
        minRows={5}
        maxRows={18}
        maxLength={10_000}
        value={now.description}
        {...inLanguage(description.language)}
        onChange={(event) => draft.setDescription(event.currentTarget.value)}
      />
      <TagsInput label={text("editing.page.moods")} description={text("editing.page.moodsHelp")} maxTags={8} maxLength={40} value={[...now.moods]} onChange={draft.setMoods} />
      {roster.length ? (
        <fieldset className={styles.presence}>
          <legend>{text("editing.page.people")}</legend>
          <p>{text("editing.page.peopleHelp")}</p>
          <div>
            <NativeSelect
              aria-label={text("editing.page.who")}
              value={who}
              data={[{ value: "", label: text("editing.page.who") }, ...roster.filter(({ state }) => state !== "rejected").map(({ id, name: known }) => ({ value: id, label: known }))]}
              onChange={(event) => setWho(event.currentTarget.value)}
            />
            <NativeSelect
              aria-label={text("editing.page.how")}
              value={how}
              data={(["shown", "speaks", "mentioned", "none"] as const).map((value) => ({ value, label: text(`editing.presence.${value}`) }))}
              onChange={(event) => setHow(event.currentTarget.value as PresenceOrNone)}
            />
            <Button
              disabled={!who}
              busy={change.isPending}
              onClick={() => change.mutate({ send: () => setPresence(who, page.id, how === "none" ? null : how), said: text("editing.page.presenceSaved", { name }) }, { onSuccess: () => setWho("") })}
            >
              {text("editing.page.setPresence")}
            </Button>
          </div>
        </fieldset>
      ) : null}
    </section>
  );
}

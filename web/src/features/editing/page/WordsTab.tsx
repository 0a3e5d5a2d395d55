import { NativeSelect, Textarea, TextInput } from "@mantine/core";
import { ListOrdered, Plus } from "lucide-react";
import { useId } from "react";

import type { BalloonKind, EditableTexts, RosterItem } from "~/api/editing";
import { inLanguage, nameOfLanguage, useText } from "~/lib/language";
import { Button } from "~/ui/Button";

import { BALLOON_KINDS } from "../shared/kinds";

import { Rows } from "./Rows";
import styles from "./page.module.css";
import type { DraftOf } from "./useDraft";

interface Props {
  texts: EditableTexts;
  draft: DraftOf;
  selected: string | null;
  onSelect: (key: string | null) => void;
  roster: readonly RosterItem[];
}

const UNSURE = 0.8;

/** The words of the page in one language, in reading order. */
export function WordsTab({ texts, draft, selected, onSelect, roster }: Props) {
  const text = useText();
  const names = useId();
  const { balloons } = draft.now;
  const name = text("editing.page.balloonShort");
  return (
    <section className={styles.tab} aria-label={text("editing.page.tab.words")}>
      <p className={styles.from}>
        {texts.source === null ? text("editing.page.noWords", { language: nameOfLanguage(texts.language) }) : text("editing.page.wordsFrom", { language: nameOfLanguage(texts.language), source: text(`editing.source.${texts.source}`) })}
      </p>
      <datalist id={names}>
        {roster
          .filter(({ state }) => state !== "rejected")
          .map(({ id, name: known }) => (
            <option key={id} value={known} />
          ))}
      </datalist>
      <Rows
        items={balloons}
        label={text("editing.page.tab.words")}
        selected={selected}
        nameOf={(_, index) => `${name} ${index + 1}`}
        onSelect={onSelect}
        onMove={draft.moveBalloon}
        onRemove={draft.remove}
      >
        {(balloon, index) => {
          const panel = draft.panelOf(balloon);
          return (
            <>
              <Textarea
                aria-label={text("editing.page.textOf", { number: index + 1 })}
                autosize
                minRows={1}
                maxRows={8}
                maxLength={20_000}
                value={balloon.text}
                placeholder={text("editing.page.noText")}
                {...inLanguage(texts.language)}
                onChange={(event) => draft.setBalloon(balloon.key, { text: event.currentTarget.value }, `text ${balloon.key}`)}
              />
              <div className={styles.about}>
                <NativeSelect
                  size="xs"
                  aria-label={text("editing.page.kindOf", { number: index + 1 })}
                  value={balloon.kind}
                  data={BALLOON_KINDS.map((value) => ({ value, label: text(`editing.balloon.${value}`) }))}
                  onChange={(event) => draft.setBalloon(balloon.key, { kind: event.currentTarget.value as BalloonKind })}
                />
                <TextInput
                  size="xs"
                  aria-label={text("editing.page.speakerOf", { number: index + 1 })}
                  placeholder={text("editing.page.nobody")}
                  list={names}
                  maxLength={200}
                  value={balloon.speaker ?? ""}
                  onChange={(event) => draft.setBalloon(balloon.key, { speaker: event.currentTarget.value || null }, `speaker ${balloon.key}`)}
                />
                <span>{panel === null ? text("editing.page.noPanel") : text("editing.page.panel", { number: panel })}</span>
                {balloon.confidence !== null && balloon.confidence < UNSURE ? <span className={styles.unsure}>{text("editing.page.unsure", { share: balloon.confidence })}</span> : null}
              </div>
            </>
          );
        }}
      </Rows>
      <div className={styles.adds}>
        <Button small icon={Plus} onClick={() => onSelect(draft.addBalloon())}>
          {text("editing.page.addBalloon")}
        </Button>
        {balloons.length > 1 ? (
          <Button small tone="bare" icon={ListOrdered} onClick={draft.orderBalloons}>
            {text("editing.page.orderBalloons")}
          </Button>
        ) : null}
      </div>
      <p className={styles.help}>{text("editing.page.drawHelp")}</p>
    </section>
  );
}

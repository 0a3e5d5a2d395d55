import { Switch } from "@mantine/core";

import type { Direction, Fit } from "~/api/types";
import { useText } from "~/lib/language";
import { Pills } from "~/ui/Pills";

import type { ReaderSettings } from "../useReaderSettings";

import styles from "./reader.module.css";

const FITS: Fit[] = ["page", "width", "height", "original"];
const DIRECTIONS: Direction[] = ["ltr", "rtl", "vertical"];

/** How this series is read by this person; remembered for the series. */
export function SettingsPanel({ settings, words, onWords }: { settings: ReaderSettings; words: boolean; onWords: (on: boolean) => void }) {
  const text = useText();
  return (
    <div className={styles.panel}>
      <Choice label={text("reader.fit")} value={settings.fit} options={FITS} name={(fit) => text(`reader.fit.${fit}`)} onChange={(fit) => settings.change({ fit })} />
      <Choice
        label={text("reader.direction")}
        value={settings.direction}
        options={DIRECTIONS}
        name={(direction) => text(`reader.direction.${direction}`)}
        onChange={(direction) => settings.change({ direction, layout: direction === "vertical" ? "strip" : settings.layout === "strip" ? null : settings.layout })}
      />
      {settings.layout === "spread" ? (
        <Switch
          label={text("reader.offset")}
          description={text("reader.offset.help")}
          checked={settings.spread_offset}
          onChange={(event) => settings.change({ spread_offset: event.currentTarget.checked })}
        />
      ) : null}
      <p className={styles.hint}>{text("reader.settings.remembered")}</p>
      <Switch label={text("reader.words")} description={text("reader.words.help")} checked={words} onChange={(event) => onWords(event.currentTarget.checked)} />
    </div>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly T[];
  name: (option: T) => string;
  onChange: (option: T) => void;
}

function Choice<T extends string>({ label, value, options, name, onChange }: ChoiceProps<T>) {
  return (
    <div className={styles.choice}>
      <span className={styles.choiceLabel} aria-hidden>
        {label}
      </span>
      <Pills wrap label={label} value={value} options={options.map((option) => ({ value: option, label: name(option) }))} onChange={onChange} />
    </div>
  );
}

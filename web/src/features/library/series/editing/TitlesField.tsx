import { useText } from "~/lib/language";

import styles from "./TitlesField.module.css";

interface Props {
  value: Record<string, string>;
  /** Languages the episode can be read in; each gets a line, besides those that have a title already. */
  languages: string[];
  onChange: (value: Record<string, string>) => void;
  nameOf: (language: string) => string;
}

/** An episode's title in each language. */
export function TitlesField({ value, languages, onChange, nameOf }: Props) {
  const text = useText();
  const shown = [...new Set([...languages, ...Object.keys(value)])];
  if (!shown.length) return null;
  return (
    <fieldset className={styles.field}>
      <legend>{text("field.titles")}</legend>
      {shown.map((language) => (
        <label key={language} className={styles.line}>
          <span>{nameOf(language)}</span>
          <input
            lang={language}
            dir="auto"
            value={value[language] ?? ""}
            maxLength={512}
            onChange={(event) => {
              const typed = { ...value, [language]: event.target.value };
              onChange(Object.fromEntries(Object.entries(typed).filter(([, title]) => title)));
            }}
          />
        </label>
      ))}
    </fieldset>
  );
}

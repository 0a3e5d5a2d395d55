import { useText } from "~/lib/language";

import { Section } from "./Section";
import styles from "./Settings.module.css";

/** What the application in the browser is made of. */
const PARTS: [string, string][] = [
  ["Fumetto", "Apache-2.0"],
  ["React, TanStack, Mantine, dnd kit, uqr", "MIT"],
  ["FormatJS", "BSD-3-Clause"],
  ["Lucide", "ISC"],
  ["Fraunces, Figtree", "OFL-1.1"],
];

export function About({ version }: { version: string }) {
  const text = useText();
  return (
    <Section title={text("about.title")} help={text("about.help")}>
      <p>{text("about.version", { version })}</p>
      <dl className={styles.licences}>
        {PARTS.map(([name, licence]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{licence}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

import { useMantineColorScheme } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { part } from "~/api/http";
import { changeMe, sessionQuery } from "~/api/session";
import { LANGUAGES, useLanguage, useText, type Language } from "~/lib/language";
import { notify } from "~/lib/notices";
import { explain } from "~/ui/Failure";
import { Pills } from "~/ui/Pills";

import { Section } from "./Section";
import styles from "./Settings.module.css";

export function Appearance({ signedIn }: { signedIn: boolean }) {
  const text = useText();
  const queries = useQueryClient();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { language, choose } = useLanguage();
  const remembering = useMutation({
    mutationFn: (tag: Language) => changeMe({ language: tag }),
    onSuccess: (session) => queries.setQueryData(sessionQuery.queryKey, session),
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  return (
    <Section title={text("appearance.title")} help={text("appearance.help")}>
      <div>
        <p className={styles.label} aria-hidden>
          {text("appearance.theme")}
        </p>
        <Pills
          label={text("appearance.theme")}
          value={colorScheme}
          options={(["light", "dark", "auto"] as const).map((value) => ({ value, label: text(`appearance.${value}`) }))}
          onChange={setColorScheme}
        />
      </div>
      <div>
        <p className={styles.label} aria-hidden>
          {text("appearance.language")}
        </p>
        <Pills
          label={text("appearance.language")}
          value={language}
          options={Object.entries(LANGUAGES).map(([value, label]) => ({ value: value as Language, label }))}
          onChange={(tag) => {
            part(choose(tag)).catch((error: unknown) => notify(explain(error, text), { tone: "problem" }));
            if (signedIn) remembering.mutate(tag);
          }}
        />
      </div>
    </Section>
  );
}

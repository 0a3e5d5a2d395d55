import { type MessageFormatElement } from "@formatjs/icu-messageformat-parser";
import { createContext, use, useCallback, useEffect, useMemo, useState, type ReactNode } from "react";
import { IntlProvider, useIntl } from "react-intl";

import { pseudo, PSEUDO, type PseudoLanguage } from "./pseudo";
import { onWords, renewOnReturn, saidOtherwise } from "./words";

/** The interface's languages, each under its own name. */
export const LANGUAGES = { en: "English", fr: "Français", it: "Italiano" } as const;
type BuiltIn = keyof typeof LANGUAGES;
export type Language = BuiltIn | PseudoLanguage;
export type Messages = Record<string, MessageFormatElement[]>;

const CHOSEN = "fumetto-language";

const loaders: Record<BuiltIn, () => Promise<Messages>> = {
  en: () => joined(import("@catalogues/en/web.yaml"), import("@catalogues/en/reader.yaml"), import("@catalogues/en/editing.yaml"), import("@catalogues/en/asking.yaml"), import("@catalogues/en/account.yaml"), import("@catalogues/en/admin.yaml"), import("@catalogues/en/admin_words.yaml"), import("@catalogues/en/door.yaml"), import("@catalogues/en/family.yaml"), import("@catalogues/en/helper.yaml")),
  fr: () => joined(import("@catalogues/fr/web.yaml"), import("@catalogues/fr/reader.yaml"), import("@catalogues/fr/editing.yaml"), import("@catalogues/fr/asking.yaml"), import("@catalogues/fr/account.yaml"), import("@catalogues/fr/admin.yaml"), import("@catalogues/fr/admin_words.yaml"), import("@catalogues/fr/door.yaml"), import("@catalogues/fr/family.yaml"), import("@catalogues/fr/helper.yaml")),
  it: () => joined(import("@catalogues/it/web.yaml"), import("@catalogues/it/reader.yaml"), import("@catalogues/it/editing.yaml"), import("@catalogues/it/asking.yaml"), import("@catalogues/it/account.yaml"), import("@catalogues/it/admin.yaml"), import("@catalogues/it/admin_words.yaml"), import("@catalogues/it/door.yaml"), import("@catalogues/it/family.yaml"), import("@catalogues/it/helper.yaml")),
};

async function joined(...files: Promise<{ default: Messages }>[]): Promise<Messages> {
  return Object.assign({}, ...(await Promise.all(files)).map((file) => file.default)) as Messages;
}

export function isLanguage(tag: string): tag is BuiltIn {
  return Object.hasOwn(LANGUAGES, tag);
}

export function isPseudo(tag: string): tag is PseudoLanguage {
  return Object.hasOwn(PSEUDO, tag);
}

/** The languages to choose from, with their names: while developing, and for who looks at a pseudo-language, these too. */
export function languagesOnOffer(spoken: Language): [Language, string][] {
  const offered = import.meta.env.DEV || isPseudo(spoken) ? { ...LANGUAGES, ...PSEUDO } : LANGUAGES;
  return Object.entries(offered) as [Language, string][];
}

/** What was chosen on this device, else the first of the browser's languages that there is a catalogue for, else English. */
export function preferredLanguage(): Language {
  const chosen = remembered();
  if (isPseudo(chosen)) return chosen;
  const wanted = [chosen, ...navigator.languages].map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.find(isLanguage) ?? "en";
}

function remembered(): string {
  try {
    return localStorage.getItem(CHOSEN) ?? "";
  } catch {
    return "";
  }
}

/** The texts of a language, with what the operator says otherwise. */
export async function loadMessages(language: Language, patience?: number): Promise<Messages> {
  const spoken = isPseudo(language) ? "en" : language;
  const [builtIn, otherwise] = await Promise.all([loaders[spoken](), saidOtherwise(spoken, patience)]);
  const messages = Object.keys(otherwise).length ? { ...builtIn, ...otherwise } : builtIn;
  if (!isPseudo(language)) return messages;
  return Object.fromEntries(Object.entries(messages).map(([key, message]) => [key, pseudo(message, language)]));
}

/** Whether a language is written from right to left. */
export function direction(language: string): "rtl" | "ltr" {
  return RIGHT_TO_LEFT.has(language.split("-")[0] ?? "") ? "rtl" : "ltr";
}

interface LanguageChoice {
  language: Language;
  choose: (language: Language) => Promise<void>;
}

const LanguageContext = createContext<LanguageChoice | null>(null);

interface Props {
  initial: { language: Language; messages: Messages };
  onChange: (language: Language) => void;
  children: ReactNode;
}

export function LanguageProvider({ initial, onChange, children }: Props) {
  const [shown, setShown] = useState(initial);
  const choose = useCallback(
    async (language: Language) => {
      const messages = await loadMessages(language);
      try {
        localStorage.setItem(CHOSEN, language);
      } catch {
        // Storage is switched off: the choice lasts as long as the page.
      }
      onChange(language);
      setShown({ language, messages });
    },
    [onChange],
  );
  useEffect(() => renewOnReturn(), []);
  useEffect(
    () =>
      onWords(() => {
        void loadMessages(shown.language, 10_000).then((messages) => {
          setShown((before) => (before.language === shown.language && !same(before.messages, messages) ? { language: before.language, messages } : before));
        });
      }),
    [shown.language],
  );
  const choice = useMemo(() => ({ language: shown.language, choose }), [shown.language, choose]);
  return (
    <LanguageContext value={choice}>
      <IntlProvider locale={isPseudo(shown.language) ? "en" : shown.language} messages={shown.messages}>
        {children}
      </IntlProvider>
    </LanguageContext>
  );
}

const same = (one: Messages, other: Messages) => JSON.stringify(one) === JSON.stringify(other);

export function useLanguage(): LanguageChoice {
  const choice = use(LanguageContext);
  if (!choice) throw new Error("useLanguage outside of LanguageProvider");
  return choice;
}

export type Values = Record<string, string | number | boolean | Date | null | undefined>;
export type Text = (key: string, values?: Values) => string;

/** The texts of `web.yaml` in the chosen language: `text("shelf.episodes", { count: 3 })`. */
export function useText(): Text {
  const intl = useIntl();
  return useCallback((key, values) => intl.formatMessage({ id: key }, values), [intl]);
}

/** A language's own name, capitalised as it would be in a menu: "Français" for `fr`. */
export function nameOfLanguage(tag: string): string {
  try {
    const name = new Intl.DisplayNames([tag], { type: "language", fallback: "code" }).of(tag) ?? tag;
    return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
  } catch {
    return tag;
  }
}

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur", "dv", "ps", "yi", "ckb", "sd", "ug"]);

/** The `lang` and `dir` of text that may be in another language than the interface. */
export function inLanguage(tag: string | null | undefined): { lang?: string; dir?: "rtl" | "ltr" } {
  if (!tag) return {};
  return { lang: tag, dir: direction(tag) };
}

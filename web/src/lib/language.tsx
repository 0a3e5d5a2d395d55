import { createContext, use, useCallback, useMemo, useState, type ReactNode } from "react";
import { IntlProvider, useIntl, type MessageFormatElement } from "react-intl";

/** The interface's languages, each under its own name. */
export const LANGUAGES = { en: "English", fr: "Français", it: "Italiano" } as const;
export type Language = keyof typeof LANGUAGES;
export type Messages = Record<string, MessageFormatElement[]>;

const CHOSEN = "fumetto-language";

const loaders: Record<Language, () => Promise<Messages>> = {
  en: () => joined(import("@catalogues/en/web.yaml"), import("@catalogues/en/reader.yaml"), import("@catalogues/en/editing.yaml"), import("@catalogues/en/asking.yaml"), import("@catalogues/en/admin.yaml")),
  fr: () => joined(import("@catalogues/fr/web.yaml"), import("@catalogues/fr/reader.yaml"), import("@catalogues/fr/editing.yaml"), import("@catalogues/fr/asking.yaml"), import("@catalogues/fr/admin.yaml")),
  it: () => joined(import("@catalogues/it/web.yaml"), import("@catalogues/it/reader.yaml"), import("@catalogues/it/editing.yaml"), import("@catalogues/it/asking.yaml"), import("@catalogues/it/admin.yaml")),
};

async function joined(...files: Promise<{ default: Messages }>[]): Promise<Messages> {
  return Object.assign({}, ...(await Promise.all(files)).map((file) => file.default)) as Messages;
}

export function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(LANGUAGES, tag);
}

/** What was chosen on this device, else the first of the browser's languages that there is a catalogue for, else English. */
export function preferredLanguage(): Language {
  const wanted = [remembered(), ...navigator.languages].map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.find(isLanguage) ?? "en";
}

function remembered(): string {
  try {
    return localStorage.getItem(CHOSEN) ?? "";
  } catch {
    return "";
  }
}

export async function loadMessages(language: Language): Promise<Messages> {
  return loaders[language]();
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
  const choice = useMemo(() => ({ language: shown.language, choose }), [shown.language, choose]);
  return (
    <LanguageContext value={choice}>
      <IntlProvider locale={shown.language} messages={shown.messages}>
        {children}
      </IntlProvider>
    </LanguageContext>
  );
}

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
  return { lang: tag, dir: RIGHT_TO_LEFT.has(tag.split("-")[0] ?? "") ? "rtl" : "ltr" };
}

import { NativeSelect, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ListFilter, MessageSquareText, Search } from "lucide-react";
import { useEffect, useState } from "react";

import { textsQuery, type TextItem, type Variant } from "~/api/words";
import { inLanguage, LANGUAGES, nameOfLanguage, useLanguage, useText } from "~/lib/language";
import { Button } from "~/ui/Button";
import { Failure, Panel } from "~/ui/Failure";
import { PaneRow, Panes } from "~/ui/Panes";
import { Pills } from "~/ui/Pills";
import { Skeleton } from "~/ui/Skeleton";

import admin from "../admin.module.css";

import { Badge } from "./Badge";
import { Files } from "./Files";
import { TextEditor } from "./TextEditor";
import styles from "./Words.module.css";

const route = getRouteApi("/inside/shell/admin/words");
const STATES = ["overridden", "stale", "broken", "missing"] as const;
const VARIANTS = ["all", "teenager", "parent"] as const;
const CATEGORIES = ["ui_messages", "prompts", "prompt_snippets", "context_questions", "tools"] as const;

/** Every text of Fumetto, and what the owner says otherwise. */
export function WordsScreen() {
  const text = useText();
  const spoken = useLanguage().language;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const language = search.language ?? (spoken.slice(0, 2) in LANGUAGES ? spoken.slice(0, 2) : "en");
  const variant: Variant = search.variant ?? "all";
  const [typed, setTyped] = useState(search.q ?? "");
  const [sought] = useDebouncedValue(typed, 250);
  const set = (change: Partial<typeof search>) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  useEffect(() => {
    void navigate({ search: (before) => ({ ...before, q: sought || undefined }), replace: true });
  }, [sought, navigate]);
  const texts = useInfiniteQuery(
    textsQuery({ language, variant, ...(search.category ? { category: search.category } : {}), ...(search.state ? { state: search.state } : {}), ...(search.q ? { search: search.q } : {}) }),
  );
  const first = texts.data?.pages[0];
  const items = texts.data?.pages.flatMap((page) => page.items) ?? [];
  const count = (state: (typeof STATES)[number]) => first?.counts[state] ?? 0;
  return (
    <>
      <p className={admin.help}>{text("admin.words.help")}</p>
      <div className={styles.tools} data-chosen={search.key ? true : undefined}>
        <TextInput className={styles.search} size="xs" type="search" leftSection={<Search size={15} strokeWidth={1.7} aria-hidden />} label={text("admin.words.search")} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
        <NativeSelect size="xs" label={text("admin.words.language")} value={language} data={(first?.languages ?? Object.keys(LANGUAGES)).map((tag) => ({ value: tag, label: nameOfLanguage(tag) }))} onChange={(event) => set({ language: event.currentTarget.value })} />
        <NativeSelect size="xs" label={text("admin.words.forWhom")} value={variant} data={VARIANTS.map((one) => ({ value: one, label: text(`admin.words.variant.${one}`) }))} onChange={(event) => set({ variant: event.currentTarget.value as Variant })} />
        <NativeSelect
          size="xs"
          label={text("admin.words.kind")}
          value={search.category ?? ""}
          data={[{ value: "", label: text("admin.words.everyKind") }, ...CATEGORIES.map((one) => ({ value: one, label: text(`admin.words.category.${one}`) }))]}
          onChange={(event) => set({ category: CATEGORIES.find((one) => one === event.currentTarget.value) })}
        />
        <Files language={language} />
      </div>
      <div className={styles.states} data-chosen={search.key ? true : undefined}>
        <Pills
          label={text("admin.words.state")}
          value={search.state ?? "all"}
          options={[{ value: "all", label: text("admin.words.anyState") }, ...STATES.map((one) => ({ value: one, label: text(`admin.words.filter.${one}`, { count: count(one) }) }))]}
          onChange={(state) => set({ state: STATES.find((one) => one === state) })}
        />
      </div>
      <Panes
        dense
        chosen={search.key !== undefined}
        back={{ to: "/admin/words", search: { ...search, key: undefined } }}
        backTo={text("admin.words.back")}
        list={
          texts.isError && !texts.data ? (
            <Failure error={texts.error} retry={() => void texts.refetch()} />
          ) : texts.isPending ? (
            <Skeleton height={480} round={14} />
          ) : items.length === 0 ? (
            <Panel icon={ListFilter} title={text("admin.words.none")} actions={<Button onClick={() => { setTyped(""); void navigate({ search: { language, variant }, replace: true }); }}>{text("admin.words.clear")}</Button>}>
              {text("admin.words.noneHelp")}
            </Panel>
          ) : (
            <>
              <p className={styles.total} role="status">
                {text("admin.words.total", { count: first?.total ?? 0 })}
              </p>
              <ul className={styles.rows} aria-label={text("admin.words.list")}>
                {items.map((item) => (
                  <Row key={item.key} item={item} language={language} here={item.key === search.key} />
                ))}
              </ul>
              {texts.hasNextPage ? (
                <div className={styles.more}>
                  <Button small busy={texts.isFetchingNextPage} onClick={() => void texts.fetchNextPage()}>
                    {text("admin.words.more")}
                  </Button>
                </div>
              ) : null}
            </>
          )
        }
        detail={
          search.key ? (
            <TextEditor key={`${language}/${variant}/${search.key}`} place={{ language, variant, key: search.key }} />
          ) : (
            <Panel icon={MessageSquareText} title={text("admin.words.choose")}>
              {text("admin.words.chooseHelp")}
            </Panel>
          )
        }
      />
    </>
  );
}

function Row({ item, language, here }: { item: TextItem; language: string; here: boolean }) {
  return (
    <PaneRow className={styles.row} here={here}>
      <Link from="/admin/words" to="." search={(before) => ({ ...before, key: item.key })} aria-current={here ? "true" : undefined}>
        <strong {...inLanguage(language)}>{item.said}</strong>
        <span className={admin.code}>{item.key}</span>
      </Link>
      <Badge state={item.state} />
    </PaneRow>
  );
}

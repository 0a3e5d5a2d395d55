import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { facetsQuery, seriesByTitleQuery, seriesQuery } from "~/api/library";
import { seriesCharactersQuery } from "~/api/understanding";
import { nameOfLanguage, useText } from "~/lib/language";
import { Pills } from "~/ui/Pills";

import { KINDS, type Kind } from "./model/kinds";
import styles from "./search.module.css";

export interface Filtered {
  series?: string | undefined;
  kind?: Kind | undefined;
  language?: string | undefined;
  character?: string | undefined;
}

interface Props {
  filtered: Filtered;
  onChange: (changed: Partial<Filtered>) => void;
}

/** What to look in: the sort of text, the series, who, the language. */
export function Filters({ filtered, onChange }: Props) {
  const text = useText();
  const languages = useQuery(facetsQuery).data?.languages ?? [];
  return (
    <div className={styles.filters}>
      <Pills
        label={text("search.kind")}
        value={filtered.kind ?? "all"}
        options={(["all", ...KINDS] as const).map((kind) => ({ value: kind, label: text(`search.filters.${kind}`) }))}
        onChange={(kind) => onChange({ kind: kind === "all" ? undefined : kind })}
      />
      <div className={styles.selects}>
        <SeriesSelect slug={filtered.series} onChange={(series) => onChange({ series, character: undefined })} />
        {filtered.series ? <CharacterSelect key={filtered.series} slug={filtered.series} value={filtered.character} onChange={(character) => onChange({ character })} /> : null}
        {languages.length > 1 ? (
          <Select
            aria-label={text("search.language")}
            placeholder={text("search.anyLanguage")}
            clearable
            clearButtonProps={{ "aria-label": text("search.anyLanguage") }}
            value={filtered.language ?? null}
            data={languages.map((tag) => ({ value: tag, label: nameOfLanguage(tag) }))}
            onChange={(language) => onChange({ language: language ?? undefined })}
          />
        ) : null}
      </div>
    </div>
  );
}

function SeriesSelect({ slug, onChange }: { slug: string | undefined; onChange: (slug: string | undefined) => void }) {
  const text = useText();
  const [typed, setTyped] = useState("");
  const chosen = useQuery({ ...seriesQuery(slug ?? ""), enabled: slug !== undefined }).data;
  // Once one is chosen its title stands in the field, which is no search for others.
  const found = useQuery(seriesByTitleQuery(typed === chosen?.title ? "" : typed)).data?.items ?? [];
  const options = found.map((series) => ({ value: series.slug, label: series.title }));
  if (chosen && !options.some(({ value }) => value === chosen.slug)) options.unshift({ value: chosen.slug, label: chosen.title });
  return (
    <Select
      aria-label={text("search.series")}
      placeholder={text("search.anySeries")}
      searchable
      clearable
      clearButtonProps={{ "aria-label": text("search.anySeries") }}
      value={slug ?? null}
      data={options}
      filter={({ options: all }) => all}
      onChange={(series) => onChange(series ?? undefined)}
      searchValue={typed}
      onSearchChange={setTyped}
      nothingFoundMessage={text("search.elsewhere.none")}
    />
  );
}

function CharacterSelect({ slug, value, onChange }: { slug: string; value: string | undefined; onChange: (id: string | undefined) => void }) {
  const text = useText();
  const characters = useQuery(seriesCharactersQuery(slug)).data?.items ?? [];
  if (!characters.length) return null;
  return (
    <Select
      aria-label={text("search.character")}
      placeholder={text("search.anyCharacter")}
      searchable
      clearable
      clearButtonProps={{ "aria-label": text("search.anyCharacter") }}
      value={value ?? null}
      data={characters.map(({ id, name }) => ({ value: id, label: name }))}
      onChange={(id) => onChange(id ?? undefined)}
    />
  );
}

import { Popover, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ListFilter } from "lucide-react";

import { facetsQuery, type SeriesSearch } from "~/api/library";
import type { Collection } from "~/api/types";
import { nameOfLanguage, useText } from "~/lib/language";
import { Button, IconButton } from "~/ui/Button";

import styles from "./FilterMenu.module.css";
import { lifted, type Narrowing } from "./narrowing";

type Choice = Extract<Narrowing, "collection" | "language" | "tag">;
const CHOICES: Choice[] = ["collection", "language", "tag"];

interface Props {
  search: SeriesSearch;
  collections: Collection[];
  onChange: (next: Pick<SeriesSearch, Choice>) => void;
}

/** Narrows the shelf to a collection, a language or a tag. Absent where the library has none to choose from. */
export function FilterMenu({ search, collections, onChange }: Props) {
  const text = useText();
  const { data: facets } = useQuery(facetsQuery);
  const options: Record<Choice, { value: string; label: string }[]> = {
    collection: collections.map(({ id, name }) => ({ value: id, label: name })),
    language: (facets?.languages ?? []).map((tag) => ({ value: tag, label: nameOfLanguage(tag) })).sort((a, b) => a.label.localeCompare(b.label)),
    tag: (facets?.tags ?? []).map((tag) => ({ value: tag, label: tag })),
  };
  const fields = CHOICES.filter((by) => options[by].length > (by === "language" ? 1 : 0) || search[by]);
  const narrowed = CHOICES.some((by) => search[by]);
  if (!fields.length) return null;
  return (
    <Popover width={300} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <IconButton icon={ListFilter} label={text("shelf.narrow.title")} data-on={narrowed || undefined} className={styles.button} />
      </Popover.Target>
      <Popover.Dropdown aria-label={text("shelf.narrow.title")}>
        <div className={styles.fields}>
          {fields.map((by) => (
            <Select
              key={by}
              label={text(`shelf.narrow.by.${by}`)}
              placeholder={text("shelf.filters.all")}
              data={withChosen(options[by], search[by])}
              value={search[by] ?? null}
              onChange={(value) => onChange({ [by]: value ?? undefined })}
              clearable
              clearButtonProps={{ "aria-label": text("shelf.narrow.lift", { name: text(`shelf.narrow.by.${by}`) }) }}
              searchable={options[by].length > 8}
              nothingFoundMessage={text("shelf.nothing.title")}
              comboboxProps={{ withinPortal: false }}
            />
          ))}
          <Button small disabled={!narrowed} onClick={() => onChange(lifted({}, ...CHOICES))}>
            {text("shelf.narrow.none")}
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** The options, with one that the address asks for and that is in use no more. */
function withChosen(options: { value: string; label: string }[], chosen: string | undefined) {
  return chosen && !options.some(({ value }) => value === chosen) ? [...options, { value: chosen, label: chosen }] : options;
}

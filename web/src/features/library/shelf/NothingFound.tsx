import { useQueries } from "@tanstack/react-query";
import { SearchX, X } from "lucide-react";

import { seriesCountQuery, type SeriesSearch } from "~/api/library";
import { useLanguage, useText } from "~/lib/language";
import { Button } from "~/ui/Button";
import { Panel } from "~/ui/Failure";

import { lifted, type Constraint, type Narrowing } from "./narrowing";

interface Props {
  search: SeriesSearch;
  constraints: Constraint[];
  onLift: (...which: Narrowing[]) => void;
}

/** An empty shelf that says which filter to lift, and what would be there without it. */
export function NothingFound({ search, constraints, onLift }: Props) {
  const text = useText();
  const { language } = useLanguage();
  const and = new Intl.ListFormat(language, { type: "conjunction" });
  const counts = useQueries({ queries: constraints.map(({ by }) => seriesCountQuery(lifted(search, by))) });
  const helpful = constraints
    .map((constraint, index) => ({ ...constraint, count: counts[index]?.data ?? 0 }))
    .filter(({ count }) => count > 0 && constraints.length > 1);
  const onlyWords = constraints.length === 1 && constraints[0]?.by === "search";
  return (
    <Panel
      icon={SearchX}
      title={text("shelf.nothing.title")}
      actions={
        <>
          {helpful.map(({ by, name, count }) => (
            <Button key={by} icon={X} onClick={() => onLift(by)}>
              {text("shelf.narrow.without", { name, count })}
            </Button>
          ))}
          <Button tone={helpful.length ? "bare" : "plain"} onClick={() => onLift(...constraints.map(({ by }) => by))}>
            {text("shelf.showAll")}
          </Button>
        </>
      }
    >
      <p>{onlyWords ? text("shelf.nothing.search") : text("shelf.nothing.filter", { names: and.format(constraints.map(({ name }) => name)) })}</p>
    </Panel>
  );
}

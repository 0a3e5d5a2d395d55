import { useQueries, useQuery } from "@tanstack/react-query";
import { BookText, ScanSearch } from "lucide-react";

import { Problem } from "~/api/http";
import type { ArticleCard as Article, KnownTie, WorldEntity } from "~/api/types";
import { articleQuery, entityQuery, knownCharacterQuery } from "~/api/world";
import { inLanguage, useText } from "~/lib/language";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import { CardHead } from "./CardHead";
import { Face } from "./Face";
import { Facts, Pages } from "./Facts";
import { PagesWith } from "./PagesWith";
import { articlesAbout } from "./model/articles";
import { useTieName } from "./useTieName";
import styles from "./world.module.css";

interface Props {
  id: string;
  page: string | null;
  /** Everybody who is known here. */
  known: ReadonlyMap<string, WorldEntity>;
  articles: readonly Article[];
  newHere: boolean;
  takeFocus: boolean;
  /** Whether the graph is drawn around it already. */
  focused: boolean;
  onFocus: () => void;
  onEntity: (id: string, byKey: boolean) => void;
  onArticle: (id: string, heading: string | undefined) => void;
  onFollow: (() => void) | undefined;
  onClose: () => void;
}

/** Articles that are looked into for a chapter on somebody. */
const LOOKED_INTO = 12;

/** What is known so far of somebody or something, and the pages that show it. */
export function EntityCard({ id, page, known, articles, newHere, takeFocus, focused, onFocus, onEntity, onArticle, onFollow, onClose }: Props) {
  const text = useText();
  const query = useQuery(entityQuery(id, page));
  const entity = query.data;
  const shown = known.get(id) ?? entity;
  const character = shown?.character_id ?? null;
  const aliases = useQuery({ ...knownCharacterQuery(character ?? "", page), enabled: character !== null }).data?.aliases ?? [];
  const chapters = useQueries({ queries: articles.slice(0, LOOKED_INTO).map((article) => articleQuery(article.id, page)) }).map(({ data }) => data);
  const gone = query.error instanceof Problem && query.error.status === 404 && !known.has(id);

  if (!shown || gone) {
    return (
      <>
        <CardHead picture={null} title={entity?.name ?? text("world.card")} takeFocus={takeFocus} onClose={onClose} />
        <div className={styles.cardBody}>{query.error ? <p className={styles.quiet} role="alert">{gone ? text("world.notYet") : explain(query.error, text)}</p> : <Waiting />}</div>
      </>
    );
  }
  const told = articlesAbout(shown, articles, chapters);
  return (
    <>
      <CardHead
        picture={
          <span className={styles.big}>
            <Face entity={shown} size={64} />
          </span>
        }
        title={shown.name}
        takeFocus={takeFocus}
        onClose={onClose}
      >
        <p className={styles.quiet}>
          {text(`world.one.${shown.kind}`)}
          {newHere ? <span className={styles.tag}>{text("world.new")}</span> : null}
        </p>
      </CardHead>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard */}
      <div className={styles.cardBody} role="region" aria-label={shown.name} tabIndex={0}>
        {aliases.length ? <p className={styles.quiet}>{text("world.aliases", { names: aliases.join(", ") })}</p> : null}
        {entity?.first ? (
          <p className={styles.first}>
            {text("world.first")} <Pages evidence={[entity.first]} onFollow={onFollow} />
          </p>
        ) : null}
        {query.error ? (
          <p className={styles.quiet} role="alert">
            {explain(query.error, text)}
          </p>
        ) : null}
        {!entity ? <Waiting /> : null}
        {entity?.facts.length ? (
          <>
            <h4>{text("world.card.facts")}</h4>
            <Facts facts={entity.facts} onFollow={onFollow} />
          </>
        ) : null}
        {entity?.relationships.length ? (
          <>
            <h4>{text("world.card.ties")}</h4>
            <ul className={styles.tiesList}>
              {entity.relationships.map((tie) => (
                <li key={tie.id}>
                  <Tie tie={tie} name={shown.name} other={known.get(tie.entity_id)} onEntity={onEntity} />
                  <Pages evidence={tie.evidence} onFollow={onFollow} />
                </li>
              ))}
            </ul>
          </>
        ) : null}
        {entity && !entity.facts.length && !entity.relationships.length ? <p className={styles.quiet}>{text("world.card.nothing", { name: shown.name })}</p> : null}
        {character === null ? null : <PagesWith id={character} name={shown.name} page={page} onFollow={onFollow} />}
        <div className={styles.goes}>
          {focused ? null : (
            <Button small icon={ScanSearch} onClick={onFocus}>
              {text("world.focus.on")}
            </Button>
          )}
          {told.map(({ article, heading }) => (
            <Button key={article.id} small icon={BookText} onClick={() => onArticle(article.id, heading)}>
              <span {...inLanguage(article.language)}>{text("world.inWiki", { title: article.title })}</span>
            </Button>
          ))}
        </div>
      </div>
    </>
  );
}

interface TieProps {
  tie: KnownTie;
  name: string;
  other: WorldEntity | undefined;
  onEntity: Props["onEntity"];
}

/** "lives in Squirrel's End", or "Carrot familiar of Pepper": the one at the other end leads on. */
function Tie({ tie, name, other, onEntity }: TieProps) {
  const tieName = useTieName();
  return (
    <button type="button" className={styles.tieTo} onClick={({ detail }) => onEntity(tie.entity_id, detail === 0)}>
      <Face entity={other ?? { kind: "concept", portrait: null }} size={34} />
      <span>
        {tie.outgoing ? (
          <>
            {tieName(tie)} <strong>{tie.name}</strong>
          </>
        ) : (
          <>
            <strong>{tie.name}</strong> {tieName(tie)} {name}
          </>
        )}
      </span>
    </button>
  );
}

export function Waiting() {
  return (
    <span className={styles.lines}>
      <Skeleton width="92%" height={14} />
      <Skeleton width="70%" height={14} />
      <Skeleton width="84%" height={14} />
    </span>
  );
}

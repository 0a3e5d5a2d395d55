import { Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";

import { articlesQuery, articleToEditQuery, declareSafe, deleteArticle, deleteFact, sendWiki, type ArticleRow, type WikiFactRow } from "~/api/editing";
import { inLanguage, useText } from "~/lib/language";
import { Button, IconButton } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { PaneRow, Panes } from "~/ui/Panes";
import { Skeleton } from "~/ui/Skeleton";
import { Tag } from "~/ui/Tag";

import { ConfirmDialog } from "../shared/ConfirmDialog";
import { EvidenceOf } from "../shared/Evidence";
import { FactDialog } from "../shared/FactDialog";
import { ImportFiles } from "../shared/ImportFiles";
import panes from "../shared/panes.module.css";
import { useChange } from "../shared/useChange";

const route = getRouteApi("/inside/shell/edit/$slug/wiki");

/** `/edit/<series>/wiki`: articles with what they state, and whether all of it may be known at once. */
export function WikiScreen() {
  const text = useText();
  const navigate = route.useNavigate();
  const { slug } = route.useParams();
  const { article: opened } = route.useSearch();
  const articles = useQuery(articlesQuery(slug));
  if (articles.error) return <Failure error={articles.error} retry={() => void articles.refetch()} />;
  const article = articles.data?.find(({ id }) => id === opened) ?? null;
  const list = articles.isPending ? (
    <Skeleton height={240} />
  ) : articles.data.length === 0 ? (
    <p className={panes.none}>{text("editing.wiki.none")}</p>
  ) : (
    <ul className={panes.rows}>
      {articles.data.map((one) => (
        <PaneRow key={one.id} here={one.id === opened} className={panes.row}>
          <span />
          <Link to="/edit/$slug/wiki" params={{ slug }} search={{ article: one.id }} aria-current={one.id === opened ? "true" : undefined}>
            <span />
            <span className={panes.names}>
              <strong {...inLanguage(one.language)}>{one.title}</strong>
              <span>{text("editing.wiki.counts", { facts: one.fact_count, accepted: one.accepted_count })}</span>
            </span>
            {one.safe_lore ? (
              <Tag tone="ok">{text("editing.wiki.safe")}</Tag>
            ) : null}
          </Link>
        </PaneRow>
      ))}
    </ul>
  );
  const detail = article ? (
    <Article key={article.id} slug={slug} article={article} onGone={() => void navigate({ search: {} })} />
  ) : (
    <div className={panes.offer}>
      <h2>{text("editing.wiki.chooseTitle")}</h2>
      <p className={panes.none}>{text("editing.wiki.chooseDetail")}</p>
      <ImportFiles
        label={text("editing.wiki.import")}
        help={text("editing.wiki.importHelp")}
        accept=".md,.markdown"
        folder
        send={(files, sending) => sendWiki(slug, files, sending)}
        said={(done) => text("editing.wiki.imported", { articles: done.articles, added: done.added, facts: done.facts })}
      />
    </div>
  );
  return <Panes list={list} detail={detail} chosen={article !== null} back={{ to: "/edit/$slug/wiki", params: { slug } }} backTo={text("editing.backToList")} offers />;
}

const AT_ONCE = 60;

function Article({ slug, article, onGone }: { slug: string; article: ArticleRow; onGone: () => void }) {
  const text = useText();
  const full = useQuery(articleToEditQuery(slug, article.id));
  const change = useChange();
  const [shown, setShown] = useState(AT_ONCE);
  const [asking, setAsking] = useState<{ what: "delete" } | { what: "edit" | "deleteFact"; fact: WikiFactRow } | null>(null);
  const close = () => setAsking(null);
  const facts = full.data?.facts ?? [];
  return (
    <>
      <div className={panes.head}>
        <h2 {...inLanguage(article.language)}>{article.title}</h2>
        <Button small tone="danger" icon={Trash2} onClick={() => setAsking({ what: "delete" })}>
          {text("editing.delete")}
        </Button>
      </div>
      <div className={panes.form}>
        <Switch
          label={text("editing.wiki.safeLabel")}
          description={text("editing.wiki.safeHelp")}
          checked={article.safe_lore}
          disabled={change.isPending}
          onChange={(event) => {
            const safe = event.currentTarget.checked;
            change.mutate({ send: () => declareSafe(article.id, safe), said: text(safe ? "editing.wiki.nowSafe" : "editing.wiki.noLongerSafe", { title: article.title }) });
          }}
        />
        {article.safe_lore ? null : (
          <Link to="/edit/$slug/review" params={{ slug }} search={{ kind: "fact", about: article.id }}>
            {text("editing.reviewAbout", { name: article.title })}
          </Link>
        )}
      </div>
      <section className={panes.part}>
        <div>
          <h3>{text("editing.wiki.counts", { facts: article.fact_count, accepted: article.accepted_count })}</h3>
        </div>
        {full.error ? <Failure error={full.error} retry={() => void full.refetch()} /> : null}
        {full.isPending ? <Skeleton height={200} /> : null}
        <ul className={panes.items} {...inLanguage(article.language)}>
          {facts.slice(0, shown).map((fact) => (
            <li key={fact.id} className={panes.item}>
              <div className={panes.itemHead}>
                <span>
                  {fact.heading ? <strong>{fact.heading}: </strong> : null}
                  {fact.text}
                </span>
                <IconButton icon={Pencil} size={16} label={text("editing.fact.editNamed", { text: fact.text.slice(0, 60) })} onClick={() => setAsking({ what: "edit", fact })} />
                <IconButton icon={Trash2} size={16} label={text("editing.fact.deleteNamed", { text: fact.text.slice(0, 60) })} onClick={() => setAsking({ what: "deleteFact", fact })} />
              </div>
              <EvidenceOf slug={slug} evidence={fact.evidence} />
            </li>
          ))}
        </ul>
        {facts.length > shown ? <Button onClick={() => setShown(shown + AT_ONCE)}>{text("editing.review.more")}</Button> : null}
      </section>
      {asking?.what === "delete" ? (
        <ConfirmDialog
          title={text("editing.deleteNamed", { name: article.title })}
          detail={text("editing.wiki.deleteDetail", { facts: article.fact_count })}
          action={text("editing.deleteNamed", { name: article.title.slice(0, 40) })}
          said={text("editing.deleted", { name: article.title })}
          send={() => deleteArticle(article.id)}
          onClose={close}
          onDone={onGone}
        />
      ) : null}
      {asking?.what === "edit" ? <FactDialog slug={slug} fact={asking.fact} onClose={close} /> : null}
      {asking?.what === "deleteFact" ? (
        <ConfirmDialog
          title={text("editing.fact.delete")}
          detail={asking.fact.text}
          action={text("editing.fact.delete")}
          said={text("editing.fact.deleted")}
          send={() => deleteFact(asking.fact.id)}
          onClose={close}
        />
      ) : null}
    </>
  );
}

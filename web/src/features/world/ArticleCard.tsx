import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, BookText, ExternalLink } from "lucide-react";
import { useEffect, useRef } from "react";

import { articleQuery } from "~/api/world";
import { inLanguage, useText } from "~/lib/language";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import { CardHead } from "./CardHead";
import { Waiting } from "./EntityCard";
import { Facts } from "./Facts";
import styles from "./world.module.css";

interface Props {
  id: string;
  page: string | null;
  /** The chapter that it is opened at. */
  heading: string | null;
  takeFocus: boolean;
  /** Back to whom it was opened from. */
  onBack: (() => void) | null;
  onFollow: (() => void) | undefined;
  onClose: () => void;
}

/** What of a wiki's article may be known so far. */
export function ArticleCard({ id, page, heading, takeFocus, onBack, onFollow, onClose }: Props) {
  const text = useText();
  const { data: article, error } = useQuery(articleQuery(id, page));
  const chapter = useRef<HTMLElement>(null);
  const there = article !== undefined;
  useEffect(() => {
    if (there) chapter.current?.scrollIntoView({ block: "start" });
  }, [there, heading]);
  return (
    <>
      <CardHead
        picture={
          <span className={styles.big}>
            <span className={styles.face}>
              <span className={styles.sign}>
                <BookText size={26} strokeWidth={1.7} aria-hidden />
              </span>
            </span>
          </span>
        }
        title={article ? <span {...inLanguage(article.language)}>{article.title}</span> : text("world.wiki")}
        takeFocus={takeFocus}
        onClose={onClose}
      >
        <p className={styles.quiet}>
          {text("world.wiki")}
          {article?.license ? ` · ${article.license}` : ""}
        </p>
      </CardHead>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard */}
      <div className={styles.cardBody} role="region" aria-label={article?.title ?? text("world.wiki")} tabIndex={0}>
        {error && !article ? (
          <p className={styles.quiet} role="alert">
            {explain(error, text)}
          </p>
        ) : null}
        {!article && !error ? <Waiting /> : null}
        {article?.sections.map((section, index) => (
          <section key={`${index} ${section.heading ?? ""}`} ref={section.heading === heading && heading !== null ? chapter : null} className={styles.chapter}>
            {section.heading ? <h4 {...inLanguage(article.language)}>{section.heading}</h4> : null}
            <Facts facts={section.facts} language={article.language} onFollow={onFollow} />
          </section>
        ))}
        <div className={styles.goes}>
          {onBack ? (
            <Button small icon={ArrowLeft} onClick={onBack}>
              {text("world.back")}
            </Button>
          ) : null}
          {article?.url && /^https?:/.test(article.url) ? (
            <a href={article.url} target="_blank" rel="noreferrer noopener" className={styles.source}>
              {text("reader.notes.source", { site: new URL(article.url).hostname.replace(/^www\./, "") })}
              <ExternalLink size={14} strokeWidth={1.7} role="img" aria-label={text("common.elsewhere")} />
            </a>
          ) : null}
        </div>
      </div>
    </>
  );
}

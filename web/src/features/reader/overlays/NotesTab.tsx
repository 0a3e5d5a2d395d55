import { useQueries } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";

import { pageNotesQuery } from "~/api/understanding";
import { inLanguage, useText } from "~/lib/language";

import { PagePart } from "./PagePart";
import styles from "./side.module.css";
import type { SideProps } from "./sides";

/** What the makers said about the open pages. */
export function NotesTab({ pages, signedIn }: SideProps) {
  const text = useText();
  const notes = useQueries({ queries: pages.map((page) => ({ ...pageNotesQuery(page.id), enabled: signedIn && page.seen })) });
  return pages.map((page, index) => {
    const query = notes[index];
    const items = query?.data?.items ?? [];
    return query ? (
      <PagePart key={page.id} page={page} named={pages.length > 1} signedIn={signedIn} query={query} nothing={text("reader.notes.none")}>
        {items.length ? (
          <ul className={styles.notes}>
            {items.map((note) => (
              <li key={note.id}>
                <blockquote {...inLanguage(note.language)}>{note.text}</blockquote>
                {note.url && /^https?:/.test(note.url) ? (
                  <a href={note.url} target="_blank" rel="noreferrer noopener" className={styles.source}>
                    {text("reader.notes.source", { site: new URL(note.url).hostname.replace(/^www\./, "") })}
                    <ExternalLink size={14} strokeWidth={1.7} role="img" aria-label={text("common.elsewhere")} />
                  </a>
                ) : null}
              </li>
            ))}
          </ul>
        ) : null}
      </PagePart>
    ) : null;
  });
}

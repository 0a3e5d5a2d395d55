import { useQueries } from "@tanstack/react-query";

import type { PageItem, Transcript } from "~/api/types";
import { transcriptQuery } from "~/api/understanding";
import { inLanguage, useText, type Text } from "~/lib/language";

import { descriptionId } from "../model/pictures";
import { gathered, type Said } from "../model/transcript";
import { useNameOfPage } from "../view/PageFace";

interface Props {
  pages: readonly PageItem[];
  language: string | null;
  enabled: boolean;
}

/** The open pages in words, panel by panel, for who cannot see them. Only of pages that have been seen. */
export function PageTranscript({ pages, language, enabled }: Props) {
  const text = useText();
  const nameOf = useNameOfPage();
  const seen = pages.filter((page) => page.seen);
  const transcripts = useQueries({ queries: seen.map((page) => ({ ...transcriptQuery(page.id, language), enabled })) });
  return (
    <div className="unseen">
      {seen.map((page, index) => {
        const transcript = transcripts[index]?.data;
        return transcript && !isEmpty(transcript) ? (
          <section key={page.id} aria-label={text("reader.transcript.of", { page: nameOf(page) })}>
            {transcript.description ? (
              <p id={descriptionId(page.id)} {...inLanguage(transcript.description_language)}>
                {transcript.description}
              </p>
            ) : null}
            <ol>
              {transcript.panels.flatMap((panel) => [
                ...(panel.description ? [<li key={`panel ${panel.order}`} {...inLanguage(transcript.description_language)}>{`${text("reader.transcript.panel", { number: panel.order + 1 })}: ${panel.description}`}</li>] : []),
                ...gathered(panel.lines).map((line) => (
                  <li key={line.balloon_id} {...inLanguage(transcript.language)}>
                    {spoken(line, text)}
                  </li>
                )),
              ])}
            </ol>
          </section>
        ) : null;
      })}
    </div>
  );
}

/** "Pepper: Oh no!", "Sound: Bzzz". */
export function spoken({ speaker, kind, text: words, times }: Said, text: Text): string {
  const said = times > 1 ? text("reader.transcript.times", { words, count: times }) : words;
  if (speaker) return `${speaker}: ${said}`;
  return kind === "sound" ? `${text("reader.transcript.sound")}: ${said}` : said;
}

export function isEmpty({ description, panels }: Transcript): boolean {
  return !description && panels.every((panel) => !panel.description && panel.lines.length === 0);
}

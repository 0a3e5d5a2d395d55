import { NativeSelect } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { LocateFixed } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { pageTextsQuery } from "~/api/library";
import type { Box, PageItem, Transcript } from "~/api/types";
import { transcriptQuery } from "~/api/understanding";
import { inLanguage, nameOfLanguage, useText } from "~/lib/language";
import { IconButton } from "~/ui/Button";

import { gathered } from "../model/transcript";

import { PagePart } from "./PagePart";
import { isEmpty } from "./PageTranscript";
import styles from "./side.module.css";
import type { SideProps } from "./sides";

/** The open pages in words: what each panel shows, and who says what. What is pointed at is ringed on the page. */
export function TranscriptTab({ episode, pages, language, panel, signedIn, onPoint, onRing }: SideProps) {
  const text = useText();
  const [other, setOther] = useState<string | null>(null);
  const chosen = other ?? language;
  const languages = [...new Set([...(language ? [language] : []), ...episode.languages])];
  const transcripts = useQueries({ queries: pages.map((page) => ({ ...transcriptQuery(page.id, chosen), enabled: signedIn && page.seen })) });
  const texts = useQueries({ queries: pages.map((page) => ({ ...pageTextsQuery(page.id, chosen ?? ""), enabled: signedIn && page.seen && chosen !== null, retry: false })) });
  return (
    <>
      {languages.length > 1 ? (
        <NativeSelect
          className={styles.language}
          size="xs"
          aria-label={text("reader.transcript.language")}
          value={chosen ?? ""}
          onChange={(event) => setOther(event.target.value === language ? null : event.target.value)}
          data={languages.map((tag) => ({ value: tag, label: nameOfLanguage(tag) }))}
        />
      ) : null}
      {pages.map((page, index) => {
        const query = transcripts[index];
        const transcript = query?.data;
        const boxes = new Map((texts[index]?.data?.balloons ?? []).map(({ id, x, y, width, height }) => [id, { x, y, width, height }]));
        return query ? (
          <PagePart key={page.id} page={page} named={pages.length > 1} signedIn={signedIn} query={query} nothing={text("reader.transcript.none")}>
            {transcript && !isEmpty(transcript) ? <Told page={page} transcript={transcript} boxes={boxes} current={panel} onPoint={onPoint} onRing={onRing} /> : null}
          </PagePart>
        ) : null;
      })}
    </>
  );
}

interface ToldProps extends Pick<SideProps, "onPoint" | "onRing"> {
  page: PageItem;
  transcript: Transcript;
  boxes: ReadonlyMap<string, Box>;
  /** The panel that the guided view shows. */
  current: number | null;
}

function Told({ page, transcript, boxes, current, onPoint, onRing }: ToldProps) {
  const text = useText();
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (current !== null) list.current?.querySelector("[data-current]")?.scrollIntoView({ block: "nearest" });
  }, [current]);
  const several = transcript.panels.length > 1;
  const described = inLanguage(transcript.description_language);
  return (
    <>
      {transcript.description ? <p {...described}>{transcript.description}</p> : null}
      {transcript.mood_tags.length ? (
        <ul className={styles.moods} aria-label={text("reader.transcript.moods")}>
          {transcript.mood_tags.map((mood) => (
            <li key={mood}>{mood}</li>
          ))}
        </ul>
      ) : null}
      <ol ref={list} className={styles.panels}>
        {transcript.panels.map((panel) => {
          const number = panel.order + 1;
          return (
            <li key={panel.order} className={styles.panel} data-current={current === panel.order || undefined}>
              {several ? (
                <div className={styles.panelHead}>
                  <h4>{text("reader.transcript.panel", { number })}</h4>
                  <IconButton icon={LocateFixed} size={16} label={text("reader.transcript.show", { number })} onClick={() => onRing({ pageId: page.id, box: panel.box })} />
                </div>
              ) : null}
              {panel.description ? (
                <p className={styles.shows} {...described}>
                  {panel.description}
                </p>
              ) : null}
              {gathered(panel.lines).map((line) => {
                const box = boxes.get(line.balloon_id);
                return (
                  <p
                    key={line.balloon_id}
                    className={styles.line}
                    data-kind={line.kind}
                    {...(box ? { onPointerEnter: () => onPoint({ pageId: page.id, box }), onPointerLeave: () => onPoint(null) } : {})}
                  >
                    {line.speaker ? <b>{line.speaker}</b> : line.kind === "sound" ? <b>{text("reader.transcript.sound")}</b> : null}
                    <span {...inLanguage(transcript.language)}>{line.times > 1 ? text("reader.transcript.times", { words: line.text, count: line.times }) : line.text}</span>
                  </p>
                );
              })}
            </li>
          );
        })}
      </ol>
    </>
  );
}

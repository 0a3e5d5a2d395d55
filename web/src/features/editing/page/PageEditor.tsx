import { Menu, Select } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useBlocker, useNavigate } from "@tanstack/react-router";
import { BookOpen, ChevronLeft, ChevronRight, Ellipsis, Redo2, RotateCcw, Undo2, ZoomIn, ZoomOut } from "lucide-react";
import { useEffect, useState } from "react";

import { rosterQuery, stale } from "~/api/editing";
import { episodesQuery } from "~/api/library";
import type { EpisodeDetail, PageItem } from "~/api/types";
import { nameOfLanguage, useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { AskDialog } from "~/ui/AskDialog";
import { Button, IconButton } from "~/ui/Button";
import { explain } from "~/ui/Failure";
import { Pills } from "~/ui/Pills";

import { nameOfPlace } from "../shared/places";
import { useKeys } from "../shared/useKeys";

import { Canvas } from "./Canvas";
import { PanelsTab } from "./PanelsTab";
import { PictureTab } from "./PictureTab";
import { WordsTab } from "./WordsTab";
import { changesOf, draftOf, isChanged, type Loaded } from "./model/draft";
import styles from "./page.module.css";
import { Overtaken, refetched, revertPart, savePage, type Part } from "./saving";
import { useDraft } from "./useDraft";

interface Props {
  slug: string;
  episode: EpisodeDetail;
  page: PageItem;
  initial: Loaded;
}

export type Tab = "words" | "panels" | "picture";

/** A page's picture with its balloons and panels over it, and beside it the words of one language. */
export function PageEditor({ slug, episode, page, initial }: Props) {
  const text = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [loaded, setLoaded] = useState(initial);
  const [tab, setTab] = useState<Tab>("words");
  const [selected, setSelected] = useState<string | null>(null);
  const [wide, setWide] = useState(false);
  const [overtaken, setOvertaken] = useState<Loaded | null>(null);
  const [reverting, setReverting] = useState<Part | null>(null);
  const draft = useDraft(draftOf(initial.texts, initial.panels, initial.description), episode.direction);
  const roster = useQuery(rosterQuery(slug));
  const episodes = useQuery(episodesQuery(slug));
  const language = loaded.texts.language;
  const changes = changesOf(draft.now, draftOf(loaded.texts, loaded.panels, loaded.description));
  const dirty = isChanged(changes);
  const index = episode.pages.findIndex(({ id }) => id === page.id);

  const begin = (next: Loaded) => {
    setLoaded(next);
    draft.restart(draftOf(next.texts, next.panels, next.description));
  };
  const saving = useMutation({
    mutationFn: (onto: Loaded) => savePage(page.id, draft.now, changes, onto),
    onSuccess: async (next) => {
      begin(next);
      setOvertaken(null);
      notify(text("editing.page.saved"));
      await stale(queries);
    },
    onError: (error) => {
      if (error instanceof Overtaken) setOvertaken(error.theirs);
      else notify(explain(error, text), { tone: "problem" });
    },
  });
  const reverted = useMutation({
    mutationFn: (part: Part) => revertPart(page.id, part, loaded),
    onSuccess: async (next, part) => {
      begin(next);
      setReverting(null);
      notify(text(`editing.page.reverted.${part}`));
      await stale(queries);
      if (part === "panels") void waitForPanels();
    },
  });
  /** Panels are looked for again by a worker, which takes a moment. */
  const waitForPanels = async () => {
    for (let tries = 0; tries < 15; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const next = await refetched(page.id, language);
      if (next.panels.source !== null) {
        begin(next);
        return;
      }
    }
  };

  const blocker = useBlocker({ shouldBlockFn: () => dirty, enableBeforeUnload: dirty, withResolver: true });
  const turn = (by: 1 | -1) => {
    const other = episode.pages[index + by];
    if (other) return void navigate({ to: "/edit/$slug/pages/$episodeId", params: { slug, episodeId: episode.id }, search: (was) => ({ ...was, page: other.id }) });
    const all = episodes.data?.items ?? [];
    const next = all[all.findIndex(({ id }) => id === episode.id) + by];
    if (next) void navigate({ to: "/edit/$slug/pages/$episodeId", params: { slug, episodeId: next.id }, search: (was) => ({ lang: was.lang }) });
  };
  const save = () => {
    if (dirty && !saving.isPending) saving.mutate(loaded);
  };
  useKeys({ n: () => turn(1), p: () => turn(-1) });
  useCommands({ s: save, z: draft.undo, y: draft.redo, Z: draft.redo });

  const languages = [...new Set([...episode.languages, ...loaded.texts.sources.map((source) => source.language), language])];
  const found = episodes.data?.items ?? [];
  const place = nameOfPlace({ episode_number: episode.number, page_number: page.page_number }, text);
  const mine: Record<Part, boolean> = {
    texts: loaded.texts.source === "person",
    panels: loaded.panels.source === "person",
    description: loaded.description.source === "person",
  };
  const parts = (Object.keys(mine) as Part[]).filter((part) => mine[part]);

  return (
    <>
      <div className={styles.tools}>
        <Select
          aria-label={text("editing.place.chooseEpisode")}
          className={styles.episode}
          data={found.map(({ id, number, title }) => ({ value: id, label: number === null ? title : text("editing.place.episodeTitle", { number, title }) }))}
          value={episode.id}
          allowDeselect={false}
          onChange={(id) => id && void navigate({ to: "/edit/$slug/pages/$episodeId", params: { slug, episodeId: id }, search: (was) => ({ lang: was.lang }) })}
        />
        <span className={styles.turn}>
          <IconButton icon={ChevronLeft} label={text("editing.page.previous")} disabled={index <= 0 && found[0]?.id === episode.id} onClick={() => turn(-1)} />
          <span aria-live="polite">{text("editing.page.of", { page: index + 1, total: episode.pages.length })}</span>
          <IconButton icon={ChevronRight} label={text("editing.page.next")} disabled={index === episode.pages.length - 1 && found.at(-1)?.id === episode.id} onClick={() => turn(1)} />
        </span>
        <Select
          aria-label={text("editing.page.language")}
          className={styles.language}
          data={languages.map((tag) => ({ value: tag, label: nameOfLanguage(tag) }))}
          value={language}
          allowDeselect={false}
          onChange={(tag) => tag && void navigate({ to: "/edit/$slug/pages/$episodeId", params: { slug, episodeId: episode.id }, search: { page: page.id, lang: tag } })}
        />
        <span className={styles.save}>
          <IconButton icon={wide ? ZoomOut : ZoomIn} label={text(wide ? "editing.page.fit" : "editing.page.wide")} onClick={() => setWide(!wide)} className={styles.zoom} />
          <IconButton icon={Undo2} label={text("editing.page.undo")} disabled={!draft.canUndo} onClick={draft.undo} />
          <IconButton icon={Redo2} label={text("editing.page.redo")} disabled={!draft.canRedo} onClick={draft.redo} />
          <Menu>
            <Menu.Target>
              <IconButton icon={Ellipsis} label={text("editing.page.menu")} />
            </Menu.Target>
            <Menu.Dropdown>
              {parts.map((part) => (
                <Menu.Item key={part} leftSection={<RotateCcw size={16} strokeWidth={1.7} aria-hidden />} onClick={() => setReverting(part)}>
                  {text(`editing.page.revert.${part}`)}
                </Menu.Item>
              ))}
              <Menu.Item
                leftSection={<BookOpen size={16} strokeWidth={1.7} aria-hidden />}
                renderRoot={(props) => <Link {...props} to="/read/$episodeId" params={{ episodeId: episode.id }} search={{ at: page.id, lang: language }} />}
              >
                {text("editing.page.read")}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <Button tone="accent" disabled={!dirty} busy={saving.isPending} onClick={save}>
            {text("common.save")}
          </Button>
        </span>
      </div>
      <div className={styles.columns}>
        <Canvas page={page} language={language} tab={tab} wide={wide} draft={draft} selected={selected} onSelect={setSelected} name={place} />
        <div className={styles.side}>
          <Pills<Tab>
            label={text("editing.page.parts")}
            value={tab}
            options={(["words", "panels", "picture"] as const).map((value) => ({ value, label: text(`editing.page.tab.${value}`) }))}
            onChange={(next) => {
              setTab(next);
              setSelected(null);
            }}
          />
          {tab === "words" ? <WordsTab texts={loaded.texts} draft={draft} selected={selected} onSelect={setSelected} roster={roster.data ?? []} /> : null}
          {tab === "panels" ? <PanelsTab panels={loaded.panels} draft={draft} selected={selected} onSelect={setSelected} /> : null}
          {tab === "picture" ? <PictureTab slug={slug} page={page} description={loaded.description} draft={draft} roster={roster.data ?? []} /> : null}
          <p className={styles.keys}>
            {(["n", "p"] as const).map((key) => (
              <span key={key}>
                <kbd>{key}</kbd> {text(`editing.page.key.${key}`)}
              </span>
            ))}
            <span>
              <kbd>Ctrl</kbd> <kbd>S</kbd> {text("common.save")}
            </span>
            <span>
              <kbd>Ctrl</kbd> <kbd>Z</kbd> {text("common.undo")}
            </span>
            <span>
              <kbd>Alt</kbd> <kbd>↑</kbd> <kbd>↓</kbd> {text("editing.page.key.order")}
            </span>
            <span>
              <kbd>←</kbd> <kbd>→</kbd> {text("editing.page.key.move")}
            </span>
            <span>
              <kbd>⇧</kbd> <kbd>←</kbd> <kbd>→</kbd> {text("editing.page.key.size")}
            </span>
          </p>
        </div>
      </div>
      {blocker.status === "blocked" ? (
        <AskDialog title={text("editing.page.leave.title")} action={text("editing.page.leave.action")} tone="danger" onClose={blocker.reset} onAct={blocker.proceed}>
          <p>{text("editing.page.leave.detail")}</p>
        </AskDialog>
      ) : null}
      {reverting ? (
        <AskDialog
          title={text(`editing.page.revert.${reverting}`)}
          action={text("editing.page.revertAction")}
          busy={reverted.isPending}
          error={reverted.error}
          onClose={() => setReverting(null)}
          onAct={() => reverted.mutate(reverting)}
        >
          <p>{text(`editing.page.revertDetail.${reverting}`)}</p>
          {dirty ? <p>{text("editing.page.revertDirty")}</p> : null}
        </AskDialog>
      ) : null}
      {overtaken ? (
        <AskDialog
          title={text("editing.page.conflict.title")}
          action={text("editing.page.conflict.mine")}
          busy={saving.isPending}
          onClose={() => setOvertaken(null)}
          onAct={() => saving.mutate(overtaken)}
        >
          <p>{text("editing.page.conflict.detail")}</p>
          <Button
            onClick={() => {
              begin(overtaken);
              setOvertaken(null);
            }}
          >
            {text("editing.page.conflict.theirs")}
          </Button>
        </AskDialog>
      ) : null}
    </>
  );
}

/** What Ctrl or ⌘ with a letter does, in fields too: there as well it is the page that is undone and saved. */
function useCommands(commands: Record<string, () => void>) {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || document.querySelector("[role=dialog]")) return;
      const act = commands[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  });
}

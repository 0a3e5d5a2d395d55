import { Menu } from "@mantine/core";
import { ArrowLeft, Brain, Ellipsis, History as HistorySign, LockKeyholeOpen, SquarePen } from "lucide-react";

import type { EpisodeDetail } from "~/api/types";
import { pictureUrl } from "~/api/voices";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { IconButton } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import type { Standing } from "./Companion";
import { Speakers, SpeakersFace, Tick, usePersona } from "./Speaker";
import styles from "./companion.module.css";
import type { Talk } from "./useCompanion";
import { nameOfPlace } from "./visit";

interface Props {
  talk: Talk;
  episode: EpisodeDetail;
  standing: Standing | null;
  onView: (view: "history" | "memory") => void;
}

/** Who speaks, how far they know the story, and what else there is. */
export function Head({ talk, episode, standing, onView }: Props) {
  const text = useText();
  const { session, change, fresh } = talk;
  const { persona } = usePersona(talk, episode.series.id);
  const everything = session?.everything ?? false;
  const failed = (error: unknown) => notify(explain(error, text), { tone: "problem" });
  const set = (what: Parameters<typeof change.mutate>[0]) => change.mutate(what, { onError: failed });
  return (
    <>
      <SpeakersFace own={persona && pictureUrl(persona)} characterId={persona?.character_id ?? null} pageId={standing?.pageId ?? null} />
      <div className={styles.who}>
        <h2>{session?.persona?.name ?? text("companion.name")}</h2>
        <p>{everything ? text("companion.knows.everything") : standing ? text("companion.knows", { page: nameOfPlace(standing, text, episode.number) }) : text("companion.knows.opening")}</p>
      </div>
      <Menu width={280} middlewares={{ flip: true, shift: true, size: true }}>
        <Menu.Target>
          <IconButton icon={Ellipsis} label={text("companion.menu")} />
        </Menu.Target>
        <Menu.Dropdown style={{ overflowY: "auto" }}>
          <Menu.Item leftSection={<SquarePen size={16} strokeWidth={1.7} aria-hidden />} disabled={!session || fresh.isPending} onClick={() => fresh.mutate(undefined, { onError: failed })}>
            {text("companion.new")}
          </Menu.Item>
          <Menu.Item leftSection={<HistorySign size={16} strokeWidth={1.7} aria-hidden />} onClick={() => onView("history")}>
            {text("companion.history")}
          </Menu.Item>
          <Menu.Item leftSection={<Brain size={16} strokeWidth={1.7} aria-hidden />} onClick={() => onView("memory")}>
            {text("companion.memory")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.CheckboxItem
            checked={everything}
            closeMenuOnClick
            classNames={{ itemIndicator: styles.noTick }}
            rightSection={<Tick on={everything} />}
            disabled={!session}
            onChange={() => set({ everything: !everything })}
          >
            <span className={styles.menuChoice}>
              <LockKeyholeOpen size={16} strokeWidth={1.7} aria-hidden />
              <span>
                {text("companion.everything")}
                <span className={styles.menuHelp}>{text("companion.everything.help")}</span>
              </span>
            </span>
          </Menu.CheckboxItem>
          <Speakers talk={talk} seriesId={episode.series.id} pageId={standing?.pageId ?? null} onSpeak={(id) => set({ persona_id: id })} onError={failed} />
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

export function SubHead({ view, onBack }: { view: "history" | "memory"; onBack: () => void }) {
  const text = useText();
  return (
    <>
      {/* eslint-disable-next-line jsx-a11y/no-autofocus -- what had the keyboard is gone with the view before */}
      <IconButton icon={ArrowLeft} label={text("companion.back")} onClick={onBack} autoFocus />
      <div className={styles.who}>
        <h2>{text(view === "memory" ? "companion.memory.short" : "companion.history")}</h2>
      </div>
    </>
  );
}

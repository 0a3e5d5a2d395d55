import { Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, Brain, Check, Ellipsis, History as HistorySign, LockKeyholeOpen, SquarePen } from "lucide-react";

import { personasQuery } from "~/api/companion";
import type { EpisodeDetail } from "~/api/types";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { IconButton } from "~/ui/Button";
import { explain } from "~/ui/Failure";
import { Mark } from "~/ui/Mark";

import type { Standing } from "./Companion";
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
  const personas = useQuery(personasQuery(episode.series.id)).data?.items ?? [];
  const everything = session?.everything ?? false;
  const failed = (error: unknown) => notify(explain(error, text), { tone: "problem" });
  const set = (what: Parameters<typeof change.mutate>[0]) => change.mutate(what, { onError: failed });
  return (
    <>
      <span className={styles.portrait}>
        <Mark size={22} />
      </span>
      <div className={styles.who}>
        <h2>{session?.persona?.name ?? text("companion.name")}</h2>
        <p>{everything ? text("companion.knows.everything") : standing ? text("companion.knows", { page: nameOfPlace(standing, text, episode.number) }) : text("companion.knows.opening")}</p>
      </div>
      <Menu width={280}>
        <Menu.Target>
          <IconButton icon={Ellipsis} label={text("companion.menu")} />
        </Menu.Target>
        <Menu.Dropdown>
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
          <Menu.Item
            role="menuitemcheckbox"
            aria-checked={everything}
            leftSection={<LockKeyholeOpen size={16} strokeWidth={1.7} aria-hidden />}
            rightSection={<Tick on={everything} />}
            disabled={!session}
            onClick={() => set({ everything: !everything })}
          >
            {text("companion.everything")}
            <span className={styles.menuHelp}>{text("companion.everything.help")}</span>
          </Menu.Item>
          {personas.length ? (
            <>
              <Menu.Divider />
              <Menu.Label>{text("companion.persona")}</Menu.Label>
              {[{ id: null, name: text("companion.name") }, ...personas].map(({ id, name }) => (
                <Menu.Item key={id} role="menuitemradio" aria-checked={(session?.persona?.id ?? null) === id} rightSection={<Tick on={(session?.persona?.id ?? null) === id} />} onClick={() => set({ persona_id: id })}>
                  {name}
                </Menu.Item>
              ))}
            </>
          ) : null}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function Tick({ on }: { on: boolean }) {
  return <Check size={16} strokeWidth={1.9} aria-hidden style={{ visibility: on ? "visible" : "hidden" }} />;
}

export function SubHead({ view, onBack }: { view: "history" | "memory"; onBack: () => void }) {
  const text = useText();
  return (
    <>
      {/* eslint-disable-next-line jsx-a11y/no-autofocus -- what had the keyboard is gone with the view before */}
      <IconButton icon={ArrowLeft} label={text("companion.back")} onClick={onBack} autoFocus />
      <div className={styles.who}>
        <h2>{text(`companion.${view}`)}</h2>
      </div>
    </>
  );
}

import { Menu } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Check } from "lucide-react";

import { personasQuery } from "~/api/companion";
import { characterQuery, pageCharactersQuery } from "~/api/understanding";
import { makeVoice } from "~/api/voices";
import { useText } from "~/lib/language";
import { Mark } from "~/ui/Mark";
import { Picture } from "~/ui/Picture";

import styles from "./companion.module.css";
import type { Talk } from "./useCompanion";

const MOST = 6;

/** The persona that speaks, with all that is known of it. */
export function usePersona(talk: Talk, seriesId: string) {
  const personas = useQuery(personasQuery(seriesId)).data?.items ?? [];
  return { personas, persona: personas.find(({ id }) => id === talk.session?.persona?.id) ?? null };
}

/** Who speaks: a character's face as far as it was seen, else the companion's own mark. */
export function SpeakersFace({ characterId, pageId }: { characterId: string | null; pageId: string | null }) {
  const character = useQuery({ ...characterQuery(characterId ?? "", pageId ?? ""), enabled: characterId !== null && pageId !== null });
  const portrait = characterId === null ? null : (character.data?.portrait ?? null);
  return <span className={styles.portrait}>{portrait ? <Picture url={portrait.url} alt="" focus="50% 30%" fallback={<Mark size={22} />} /> : <Mark size={22} />}</span>;
}

interface Props {
  talk: Talk;
  seriesId: string;
  pageId: string | null;
  onSpeak: (id: string | null) => void;
  onError: (error: unknown) => void;
}

/** Who may speak: the companion itself, the personas there are, and whoever is on the page and could be one. */
export function Speakers({ talk, seriesId, pageId, onSpeak, onError }: Props) {
  const text = useText();
  const queries = useQueryClient();
  const { personas } = usePersona(talk, seriesId);
  const there = useQuery({ ...pageCharactersQuery(pageId ?? ""), enabled: pageId !== null }).data?.items ?? [];
  const could = there.filter(({ id }) => !personas.some((one) => one.character_id === id)).slice(0, MOST);
  const making = useMutation({
    mutationFn: (characterId: string) => makeVoice({ character_id: characterId, series_id: seriesId }),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ["companion", "personas"] });
      onSpeak(made.id);
    },
    onError,
  });
  const chosen = talk.session?.persona?.id ?? null;
  if (!personas.length && !could.length) return null;
  return (
    <>
      <Menu.Divider />
      <Menu.Label>{text("companion.persona")}</Menu.Label>
      {[{ id: null, name: text("companion.name") }, ...personas].map(({ id, name }) => (
        <Menu.Item key={id} role="menuitemradio" aria-checked={chosen === id} rightSection={<Tick on={chosen === id} />} onClick={() => onSpeak(id)}>
          {name}
        </Menu.Item>
      ))}
      {could.map(({ id, name }) => (
        <Menu.Item key={id} onClick={() => making.mutate(id)}>
          {text("companion.persona.as", { name })}
        </Menu.Item>
      ))}
    </>
  );
}

export function Tick({ on }: { on: boolean }) {
  return <Check size={16} strokeWidth={1.9} aria-hidden style={{ visibility: on ? "visible" : "hidden" }} />;
}

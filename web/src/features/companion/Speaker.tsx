import { Menu } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Check } from "lucide-react";
import type { ReactNode } from "react";

import { personasQuery } from "~/api/companion";
import { characterQuery, pageCharactersQuery } from "~/api/understanding";
import { makeVoice, pictureUrl } from "~/api/voices";
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

interface FaceProps {
  /** A picture of its own. */
  own: string | null;
  characterId: string | null;
  pageId: string | null;
  small?: boolean;
}

/** Who speaks: their own picture, a character's face as far as it was seen, else the companion's own mark. */
export function SpeakersFace({ own, characterId, pageId, small }: FaceProps) {
  const character = useQuery({ ...characterQuery(characterId ?? "", pageId ?? ""), enabled: own === null && characterId !== null && pageId !== null });
  const url = own ?? (characterId === null ? null : (character.data?.portrait?.url ?? null));
  const mark = <Mark size={small ? 13 : 22} />;
  return (
    <span className={styles.portrait} data-small={small}>
      {url ? <Picture key={url} url={url} alt="" focus="50% 30%" eager fallback={mark} /> : mark}
    </span>
  );
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
      <Speaker name={text("companion.name")} face={<SpeakersFace small own={null} characterId={null} pageId={null} />} chosen={chosen === null} onSpeak={() => onSpeak(null)} />
      {personas.map((one) => (
        <Speaker
          key={one.id}
          name={one.name}
          face={<SpeakersFace small own={pictureUrl(one)} characterId={one.character_id} pageId={pageId} />}
          chosen={chosen === one.id}
          onSpeak={() => onSpeak(one.id)}
        />
      ))}
      {could.map(({ id, name }) => (
        <Menu.Item key={id} leftSection={<SpeakersFace small own={null} characterId={id} pageId={pageId} />} onClick={() => making.mutate(id)}>
          {text("companion.persona.as", { name })}
        </Menu.Item>
      ))}
    </>
  );
}

function Speaker({ name, face, chosen, onSpeak }: { name: string; face: ReactNode; chosen: boolean; onSpeak: () => void }) {
  return (
    <Menu.RadioItem value={name} checked={chosen} closeMenuOnClick classNames={{ itemIndicator: styles.noTick }} rightSection={<Tick on={chosen} />} onChange={onSpeak}>
      <span className={styles.menuChoice}>
        {face}
        {name}
      </span>
    </Menu.RadioItem>
  );
}

export function Tick({ on }: { on: boolean }) {
  return <Check size={16} strokeWidth={1.9} aria-hidden style={{ visibility: on ? "visible" : "hidden" }} />;
}

import { useQueries, useQuery } from "@tanstack/react-query";
import { ChevronDown, UserRound, Waypoints } from "lucide-react";
import { useId, useState } from "react";

import type { CharacterChip, EpisodeDetail, PageItem, PagePlace } from "~/api/types";
import { characterQuery, pageCharactersQuery } from "~/api/understanding";
import { PagesWith } from "~/features/world/public";
import { inLanguage, useText, type Text } from "~/lib/language";
import { Button } from "~/ui/Button";
import { Picture } from "~/ui/Picture";
import { Skeleton } from "~/ui/Skeleton";

import { PagePart } from "./PagePart";
import styles from "./side.module.css";
import type { SideProps } from "./sides";

/** Whoever is on the open pages; each with where they came in, and where they are met before and after, as far as was read. */
export function PeopleTab({ episode, pages, signedIn, onPlace, onWorld }: SideProps) {
  const text = useText();
  const [open, setOpen] = useState<string | null>(null);
  const people = useQueries({ queries: pages.map((page) => ({ ...pageCharactersQuery(page.id), enabled: signedIn && page.seen })) });
  return pages.map((page, index) => {
    const query = people[index];
    const items = query?.data?.items ?? [];
    return query ? (
      <PagePart key={page.id} page={page} named={pages.length > 1} signedIn={signedIn} query={query} nothing={text("reader.people.none")}>
        {items.length ? (
          <ul className={styles.people}>
            {items.map((person) => (
              <Person
                key={person.id}
                person={person}
                page={page}
                episode={episode}
                opened={open === `${page.id} ${person.id}`}
                onToggle={(opened) => setOpen(opened ? `${page.id} ${person.id}` : null)}
                onPlace={onPlace}
                onWorld={onWorld}
              />
            ))}
          </ul>
        ) : null}
      </PagePart>
    ) : null;
  });
}

interface PersonProps extends Pick<SideProps, "onPlace" | "onWorld"> {
  person: CharacterChip;
  page: PageItem;
  episode: EpisodeDetail;
  opened: boolean;
  onToggle: (opened: boolean) => void;
}

function Person({ person, page, episode, opened, onToggle, onPlace, onWorld }: PersonProps) {
  const text = useText();
  const card = useId();
  return (
    <li className={styles.person} data-open={opened || undefined}>
      <button type="button" className={styles.chip} aria-expanded={opened} aria-controls={card} onClick={() => onToggle(!opened)}>
        <Portrait person={person} />
        <span className={styles.name}>
          <strong>{person.name}</strong>
          {person.presence ? <span>{text(`reader.people.presence.${person.presence}`)}</span> : null}
        </span>
        <ChevronDown size={17} strokeWidth={1.7} aria-hidden />
      </button>
      <div id={card} hidden={!opened} className={styles.card}>
        {opened ? <Card person={person} page={page} episode={episode} onPlace={onPlace} onWorld={onWorld} /> : null}
      </div>
    </li>
  );
}

export function Portrait({ person }: { person: Pick<CharacterChip, "portrait"> }) {
  const none = (
    <span className={styles.nobody}>
      <UserRound size={20} strokeWidth={1.7} aria-hidden />
    </span>
  );
  return <span className={styles.portrait}>{person.portrait ? <Picture url={person.portrait.url} alt="" focus="50% 30%" fallback={none} /> : none}</span>;
}

function Card({ person, page, episode, onPlace, onWorld }: Omit<PersonProps, "opened" | "onToggle">) {
  const text = useText();
  const known = useQuery(characterQuery(person.id, page.id));
  const entity = known.data?.entity_id ?? null;
  const go = (key: "first" | "previous" | "next") => {
    const place = person[key];
    if (!place) return key === "next" ? <p className={styles.quiet}>{text("reader.people.noNext")}</p> : null;
    if (key === "previous" && place.page_id === person.first?.page_id) return null;
    if (place.page_id === page.id) return key === "first" ? <p className={styles.quiet}>{text("reader.people.firstHere")}</p> : null;
    return (
      <Button small className={styles.go ?? ""} onClick={() => onPlace(place)}>
        {text(`reader.people.${key}`, { place: placeName(place, episode, text) })}
      </Button>
    );
  };
  return (
    <>
      {known.isPending ? <Skeleton width="80%" height={14} /> : null}
      {known.data?.aliases.length ? <p className={styles.quiet}>{text("reader.people.aliases", { names: known.data.aliases.join(", ") })}</p> : null}
      {known.data?.facts.length ? (
        <ul className={styles.facts}>
          {known.data.facts.slice(0, 6).map((fact) => (
            <li key={fact.id} {...inLanguage(fact.language)}>
              {fact.text}
            </li>
          ))}
        </ul>
      ) : null}
      <PagesWith id={person.id} name={person.name} page={null} />
      <div className={styles.goes}>
        {go("first")}
        {go("previous")}
        {go("next")}
        {entity === null ? null : (
          <Button small icon={Waypoints} className={styles.go ?? ""} onClick={() => onWorld(entity)}>
            {text("world.see")}
          </Button>
        )}
      </div>
    </>
  );
}

/** "page 4", or with its episode where that is another one: "episode 2, page 4". */
export function placeName(place: PagePlace, episode: Pick<EpisodeDetail, "id" | "pages">, text: Text): string {
  const inside = place.episode_id === episode.id;
  const page = place.page_number === null ? text("reader.place.cover") : text("reader.place.page", { page: place.page_number });
  return inside || place.episode_number === null ? page : text("reader.place.elsewhere", { episode: place.episode_number, page });
}

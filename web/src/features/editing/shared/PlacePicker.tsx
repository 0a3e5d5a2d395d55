import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";

import type { PlaceItem } from "~/api/editing";
import { episodeQuery, episodesQuery } from "~/api/library";
import { useText } from "~/lib/language";
import { IconButton } from "~/ui/Button";
import { explain } from "~/ui/Failure";
import { Picture } from "~/ui/Picture";
import { Skeleton } from "~/ui/Skeleton";

import { nameOfPlace } from "./places";
import styles from "./places.module.css";

interface Props {
  slug: string;
  label: string;
  help: string;
  value: readonly PlaceItem[];
  onChange: (value: PlaceItem[]) => void;
}

/** Pages of a series, picked by their pictures, episode by episode. */
export function PlacePicker({ slug, label, help, value, onChange }: Props) {
  const text = useText();
  const episodes = useQuery(episodesQuery(slug));
  const [chosen, setChosen] = useState(value[0]?.episode_id ?? null);
  const episodeId = chosen ?? episodes.data?.items[0]?.id ?? null;
  const episode = useQuery({ ...episodeQuery(episodeId ?? ""), enabled: episodeId !== null });
  const failed = episodes.error ?? episode.error;
  const options = (episodes.data?.items ?? []).map(({ id, number, title }) => ({
    value: id,
    label: number === null ? title : text("editing.place.episodeTitle", { number, title }),
  }));
  return (
    <fieldset className={styles.picker}>
      <legend>{label}</legend>
      <p>{help}</p>
      {value.length ? (
        <ul className={styles.chosen}>
          {value.map((place) => (
            <li key={place.page_id}>
              {nameOfPlace(place, text)}
              <IconButton
                icon={X}
                size={14}
                label={text("editing.place.remove", { place: nameOfPlace(place, text) })}
                onClick={() => onChange(value.filter(({ page_id }) => page_id !== place.page_id))}
              />
            </li>
          ))}
        </ul>
      ) : null}
      <Select aria-label={text("editing.place.chooseEpisode")} data={options} value={episodeId} onChange={setChosen} allowDeselect={false} searchable />
      {failed ? (
        <p role="alert">{explain(failed, text)}</p>
      ) : (
        <div className={styles.pages}>
          {episode.data
            ? episode.data.pages.map((page) => {
                const place: PlaceItem = { episode_id: episode.data.id, page_id: page.id, episode_number: episode.data.number, page_number: page.page_number };
                const on = value.some(({ page_id }) => page_id === page.id);
                const name = page.page_number === null ? text(`pageKind.${page.kind}`) : String(page.page_number);
                return (
                  <label key={page.id} className={styles.page} data-chosen={on || undefined}>
                    <input
                      type="checkbox"
                      className="unseen"
                      checked={on}
                      aria-label={nameOfPlace(place, text)}
                      onChange={() => onChange(on ? value.filter(({ page_id }) => page_id !== page.id) : [...value, place])}
                    />
                    <span>
                      <Picture url={page.thumbnail_url} alt="" color={page.dominant_color} />
                    </span>
                    {name}
                  </label>
                );
              })
            : [0, 1, 2, 3, 4].map((index) => <Skeleton key={index} ratio="5 / 7" />)}
        </div>
      )}
    </fieldset>
  );
}

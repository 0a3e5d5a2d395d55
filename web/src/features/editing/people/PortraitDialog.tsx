import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { useState } from "react";

import { allPagesWithQuery, editCharacter, type MentionRow, type RosterItem } from "~/api/editing";
import { episodeQuery } from "~/api/library";
import type { Box } from "~/api/types";
import { useText } from "~/lib/language";
import { AskDialog } from "~/ui/AskDialog";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";
import { Picture } from "~/ui/Picture";
import { Skeleton } from "~/ui/Skeleton";

import { BoxPicker } from "../shared/BoxPicker";
import { nameOfPlace, thumbnailOf } from "../shared/places";
import picker from "../shared/places.module.css";
import { useChange } from "../shared/useChange";

interface Props {
  slug: string;
  person: RosterItem;
  onClose: () => void;
}

type Four = readonly [number, number, number, number];

const WHOLE: Box = { x: 0.25, y: 0.1, width: 0.5, height: 0.35 };
const boxOf = (four: Four | null | undefined): Box | null => (four ? { x: four[0], y: four[1], width: four[2], height: four[3] } : null);

/** A page that somebody is on, and the piece of it that is to stand for them. */
export function PortraitDialog({ slug, person, onClose }: Props) {
  const text = useText();
  const change = useChange({ quiet: true });
  const found = useInfiniteQuery(allPagesWithQuery(slug, person.id));
  const mentions = found.data?.pages.flatMap(({ items }) => items) ?? [];
  const [chosen, setChosen] = useState(person.portrait_page_id ?? person.face_page_id);
  const [drawn, setDrawn] = useState<{ page: string; box: Box } | null>(null);
  const first = mentions.find(({ presence }) => presence !== "mentioned") ?? mentions[0];
  const mention = mentions.find(({ page_id }) => page_id === chosen) ?? first;
  const episode = useQuery({ ...episodeQuery(mention?.episode_id ?? ""), enabled: mention !== undefined });
  const page = episode.data?.pages.find(({ id }) => id === mention?.page_id);
  const had = person.portrait_page_id !== null && mention?.page_id === person.portrait_page_id ? boxOf(person.portrait_box) : null;
  const box = drawn && drawn.page === page?.id ? drawn.box : (had ?? boxOf(mention?.face) ?? WHOLE);
  const failed = found.error ?? episode.error;
  return (
    <AskDialog
      title={text("editing.portrait.of", { name: person.name })}
      action={text("editing.portrait.use")}
      disabled={!page}
      busy={change.isPending}
      error={change.error}
      onClose={onClose}
      onAct={() =>
        page &&
        change.mutate(
          { send: () => editCharacter(person.id, { portrait_page_id: page.id, portrait_box: [box.x, box.y, box.width, box.height] }), said: text("editing.portrait.saved", { name: person.name }) },
          { onSuccess: onClose },
        )
      }
    >
      {failed ? <p role="alert">{explain(failed, text)}</p> : null}
      {found.data && !mentions.length ? <p>{text("editing.portrait.nowhere")}</p> : null}
      {mention ? (
        <>
          <p>{text("editing.portrait.help")}</p>
          <div className={picker.pages} role="radiogroup" aria-label={text("editing.portrait.page")}>
            {mentions.map((one) => (
              <PageChoice key={one.page_id} one={one} chosen={one.page_id === mention.page_id} onChoose={() => setChosen(one.page_id)} />
            ))}
          </div>
          {found.hasNextPage ? (
            <Button small busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              {text("editing.review.more")}
            </Button>
          ) : null}
          {page ? <BoxPicker key={page.id} page={page} box={box} label={text("editing.portrait.box", { name: person.name })} onChange={(next) => setDrawn({ page: page.id, box: next })} /> : <Skeleton ratio="5 / 7" round={6} />}
        </>
      ) : found.isPending ? (
        <Skeleton height={240} />
      ) : null}
      {person.portrait_page_id === null ? null : (
        <Button
          small
          icon={RotateCcw}
          busy={change.isPending}
          onClick={() => change.mutate({ send: () => editCharacter(person.id, { portrait_page_id: null, portrait_box: null }), said: text("editing.portrait.reset", { name: person.name }) }, { onSuccess: onClose })}
        >
          {text("editing.portrait.forget")}
        </Button>
      )}
    </AskDialog>
  );
}

function PageChoice({ one, chosen, onChoose }: { one: MentionRow; chosen: boolean; onChoose: () => void }) {
  const text = useText();
  const name = nameOfPlace(one, text);
  return (
    <label className={picker.page} data-chosen={chosen || undefined}>
      <input type="radio" name="portrait-page" className="unseen" checked={chosen} aria-label={name} onChange={onChoose} />
      <span>
        <Picture url={thumbnailOf(one.page_id)} alt="" />
      </span>
      {one.episode_number === null ? name : `${one.episode_number} · ${one.page_number ?? "–"}`}
    </label>
  );
}

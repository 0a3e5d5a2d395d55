import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { BookOpen, Check, ListPlus } from "lucide-react";

import { arrangeReadingList, deleteReadingList, readingListQuery, renameReadingList } from "~/api/lists";
import type { EpisodeCard, ReadingListDetail } from "~/api/types";
import { inLanguage, useLanguage, useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { ButtonLink } from "~/ui/Button";
import { explain, Failure, Panel } from "~/ui/Failure";
import { Picture } from "~/ui/Picture";
import { Skeleton } from "~/ui/Skeleton";
import { useTitle } from "~/ui/useTitle";

import { numberOf, placeOf, titleOf } from "../shared/words";

import { ListHead } from "./ListHead";
import styles from "./ReadingListScreen.module.css";
import { Sortable } from "./Sortable";

const route = getRouteApi("/inside/shell/reading-lists/$id");

export function ReadingListScreen() {
  const text = useText();
  const { id } = route.useParams();
  const { language } = useLanguage();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const list = useQuery(readingListQuery(id));
  useTitle(list.data?.name);
  const onError = (error: unknown) => notify(explain(error, text), { tone: "problem" });
  const refresh = () => queries.invalidateQueries({ queryKey: ["reading-lists"] });
  const renaming = useMutation({ mutationFn: (name: string) => renameReadingList(id, name), onSuccess: refresh, onError });
  const deleting = useMutation({
    mutationFn: () => deleteReadingList(id),
    onSuccess: async () => {
      await navigate({ to: "/lists" });
      await refresh();
    },
    onError,
  });
  const arrangement = useMutation({
    mutationFn: (ids: string[]) => arrangeReadingList(id, ids),
    onMutate: (ids) => {
      const before = queries.getQueryData(readingListQuery(id).queryKey);
      queries.setQueryData(readingListQuery(id).queryKey, (known) => known && inOrder(known, ids));
      return before;
    },
    onError: (error, _, before) => {
      queries.setQueryData(readingListQuery(id).queryKey, before);
      onError(error);
    },
    onSettled: refresh,
  });

  if (list.isError) return <Failure whole error={list.error} retry={() => void list.refetch()} />;
  if (!list.data) return <Skeleton width={320} height={44} />;
  const { episodes, name } = list.data;
  const ids = episodes.map((episode) => episode.id);
  const next = episodes.find((episode) => episode.read_state !== "read" && !episode.missing);
  return (
    <>
      <ListHead
        name={name}
        count={text("lists.episodes", { count: episodes.length })}
        busy={renaming.isPending || deleting.isPending}
        onRename={(named) => renaming.mutate(named)}
        onDelete={() => deleting.mutate()}
      >
        {next ? (
          <ButtonLink to="/read/$episodeId" params={{ episodeId: next.id }} tone="accent" icon={BookOpen}>
            {text(next === episodes[0] && !next.progress ? "series.go.start" : "series.go.continue")}
          </ButtonLink>
        ) : null}
      </ListHead>
      {episodes.length ? (
        <Sortable
          items={episodes}
          layout="rows"
          nameOf={(episode) => titleOf(episode, language, text).title}
          onOrder={(order) => arrangement.mutate(order)}
          onRemove={(episode) => {
            arrangement.mutate(ids.filter((each) => each !== episode.id));
            notify(text("lists.tookOut", { name: titleOf(episode, language, text).title }), { undo: () => arrangement.mutate(ids) });
          }}
        >
          {(episode, index) => <Row episode={episode} place={index + 1} />}
        </Sortable>
      ) : (
        <Panel icon={ListPlus} title={text("lists.emptyList")} actions={<ButtonLink to="/">{text("failure.missing.back")}</ButtonLink>}>
          <p>{text("lists.emptyListHelp")}</p>
        </Panel>
      )}
    </>
  );
}

function Row({ episode, place }: { episode: EpisodeCard; place: number }) {
  const text = useText();
  const { language } = useLanguage();
  const title = titleOf(episode, language, text);
  const facts = [episode.series_title, numberOf(episode, text), episode.progress && episode.read_state === "reading" ? placeOf(episode.progress, text) : null];
  return (
    <Link to="/read/$episodeId" params={{ episodeId: episode.id }} className={styles.row} disabled={episode.missing}>
      <span className={styles.place}>{place}</span>
      <span className={styles.thumb}>
        {episode.cover ? <Picture url={episode.cover.url} alt="" blurhash={episode.cover.blurhash} color={episode.cover.dominant_color} /> : null}
      </span>
      <span className={styles.words}>
        <strong {...inLanguage(title.language)}>{title.title}</strong>
        <span>{facts.filter(Boolean).join(" · ")}</span>
        {episode.missing ? <span>{text("missing.row")}</span> : null}
      </span>
      {episode.read_state === "read" ? (
        <span className={styles.read}>
          <Check size={16} strokeWidth={1.9} aria-hidden />
          {text("series.read")}
        </span>
      ) : null}
    </Link>
  );
}

function inOrder(list: ReadingListDetail, ids: string[]): ReadingListDetail {
  return { ...list, episodes: ids.flatMap((id) => list.episodes.filter((episode) => episode.id === id)) };
}

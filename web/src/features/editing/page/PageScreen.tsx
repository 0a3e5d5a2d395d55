import { useQuery, type UseQueryOptions } from "@tanstack/react-query";
import { getRouteApi, Navigate } from "@tanstack/react-router";
import { BookDashed } from "lucide-react";

import { editableDescriptionQuery, editablePanelsQuery, editableTextsQuery } from "~/api/editing";
import { episodeQuery, episodesQuery } from "~/api/library";
import { useText } from "~/lib/language";
import { Failure, Panel } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import { PageEditor } from "./PageEditor";
import styles from "./page.module.css";

const first = getRouteApi("/inside/shell/edit/$slug/pages");
const route = getRouteApi("/inside/shell/edit/$slug/pages/$episodeId");

/** `/edit/<series>/pages`: leads to the first page of the first episode. */
export function FirstPageScreen() {
  const text = useText();
  const { slug } = first.useParams();
  const episodes = useQuery(episodesQuery(slug));
  if (episodes.error) return <Failure error={episodes.error} retry={() => void episodes.refetch()} />;
  if (!episodes.data) return <Waiting />;
  const [episode] = episodes.data.items;
  if (!episode) return <Panel icon={BookDashed} title={text("editing.page.noEpisodes")} />;
  return <Navigate to="/edit/$slug/pages/$episodeId" params={{ slug, episodeId: episode.id }} replace />;
}

// What is edited begins with what is there now, and not with what was kept from before.
const fresh = { staleTime: 0, refetchOnWindowFocus: false, refetchOnReconnect: false } satisfies Partial<UseQueryOptions>;

/** `/edit/<series>/pages/<episode>`: a page with all that is known of it, to be set right. */
export function PageScreen() {
  const text = useText();
  const { slug, episodeId } = route.useParams();
  const { page: pageId, lang } = route.useSearch();
  const episode = useQuery(episodeQuery(episodeId));
  const page = episode.data?.pages.find(({ id }) => id === pageId) ?? episode.data?.pages[0];
  const asked = { enabled: page !== undefined, ...fresh };
  const texts = useQuery({ ...editableTextsQuery(page?.id ?? "", lang ?? null), ...asked });
  const panels = useQuery({ ...editablePanelsQuery(page?.id ?? ""), ...asked });
  const description = useQuery({ ...editableDescriptionQuery(page?.id ?? "", lang ?? texts.data?.language ?? null), ...asked, enabled: texts.data !== undefined });
  const queries = [texts, panels, description];
  const failed = [episode, ...queries].find((query) => query.error);
  if (failed?.error) return <Failure error={failed.error} retry={() => [episode, ...queries].forEach((query) => void query.refetch())} />;
  if (episode.data && !page) return <Panel icon={BookDashed} title={text("editing.page.noPages")} />;
  if (!episode.data || !page || !texts.data || !panels.data || !description.data || queries.some((query) => !query.isFetchedAfterMount)) return <Waiting />;
  return (
    <PageEditor
      key={`${page.id} ${texts.data.language}`}
      slug={slug}
      episode={episode.data}
      page={page}
      initial={{ texts: texts.data, panels: panels.data, description: description.data }}
    />
  );
}

function Waiting() {
  return (
    <div className={styles.columns} aria-busy="true">
      <Skeleton ratio="5 / 7" round={10} />
      <Skeleton height={420} round={14} />
    </div>
  );
}

import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { Pencil } from "lucide-react";

import { sessionQuery } from "~/api/session";
import type { EpisodeDetail } from "~/api/types";
import { useText } from "~/lib/language";

import styles from "./reader.module.css";

/** Leads editors from the page that is read to where its words and panels are set right. */
export function EditDoor({ episode, language }: { episode: EpisodeDetail; language: string | null }) {
  const text = useText();
  const role = useQuery(sessionQuery).data?.user?.role;
  const { page: index, at } = useSearch({ from: "/inside/read/$episodeId" });
  if (role !== "owner" && role !== "editor") return null;
  const page = episode.pages[index ?? -1]?.id ?? at;
  const name = text("editing.doorPage");
  return (
    <Link
      to="/edit/$slug/pages/$episodeId"
      params={{ slug: episode.series.slug, episodeId: episode.id }}
      search={{ page, lang: language ?? undefined }}
      className={`${styles.tool} ${styles.wide}`}
      aria-label={name}
      title={name}
    >
      <Pencil size={18} strokeWidth={1.7} aria-hidden />
    </Link>
  );
}

import { useQuery } from "@tanstack/react-query";
import { BookText } from "lucide-react";

import type { Citation } from "~/api/companion";
import type { EpisodeDetail } from "~/api/types";
import { cropUrl, panelsQuery } from "~/api/understanding";
import { useText } from "~/lib/language";
import { Picture } from "~/ui/Picture";

import { CitationLink } from "./Answer";
import type { Standing } from "./Companion";
import styles from "./companion.module.css";
import { around, HEAD } from "./model/crop";
import { placesOf } from "./model/places";
import { nameOfPlace } from "./visit";

interface Props {
  citations: readonly Citation[];
  episode: EpisodeDetail;
  standing: Standing | null;
  onFollow: () => void;
}

/** Where an answer is from: a little picture of each place, whose it is and on which page. */
export function Sources({ citations, ...going }: Props) {
  const text = useText();
  if (!citations.length) return null;
  return (
    <ul className={styles.sources} aria-label={text("companion.sources")}>
      {placesOf(citations).map((place) => (
        <li key={place[0]?.number}>
          <Source cited={place} going={going} />
        </li>
      ))}
    </ul>
  );
}

function Source({ cited, going }: { cited: readonly Citation[]; going: Omit<Props, "citations"> }) {
  const text = useText();
  const citation = cited.find(({ box }) => box) ?? cited[0];
  const { page_id: pageId = null, box = null, panel = null } = citation ?? {};
  const panels = useQuery({ ...panelsQuery(pageId ?? ""), enabled: pageId !== null && box === null && panel !== null }).data;
  const part = box ?? panels?.items.find((one) => one.number === panel);
  const none = (
    <span className={styles.noCrop}>
      <BookText size={18} strokeWidth={1.7} aria-hidden />
    </span>
  );
  if (!citation) return null;
  const numbers = <b>{cited.map(({ number }) => number).join(" ")}</b>;
  const who = citation.speaker ?? citation.about ?? (citation.kind === "wiki" || citation.kind === "fact" || citation.kind === "note" ? text(`companion.kind.${citation.kind}`) : panel === null ? "" : text("companion.kind.panel", { number: panel }));
  if (!citation.episode_id || !pageId) {
    return (
      <span className={styles.source}>
        <span className={styles.crop}>{none}</span>
        <span className={styles.where}>
          {numbers} {who || text("companion.kind.wiki")}
        </span>
      </span>
    );
  }
  const place = nameOfPlace({ episode: citation.episode_number, page: citation.page_number }, text, going.episode.number);
  return (
    <CitationLink citation={citation} going={going} className={styles.source}>
      <span className={styles.crop}>
        <Picture url={cropUrl(pageId, part ? around(part) : HEAD, { lang: citation.kind === "dialogue" ? citation.language : null, pixels: 320 })} alt="" fallback={none} />
      </span>
      <span className={styles.where}>
        {numbers} {place}
        {who ? <span className={styles.whose}>{who}</span> : null}
      </span>
    </CitationLink>
  );
}

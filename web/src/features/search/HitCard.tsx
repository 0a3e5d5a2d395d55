import { Link } from "@tanstack/react-router";
import { BookText, Image, MessageSquareText, NotebookPen } from "lucide-react";

import type { SearchHit } from "~/api/types";
import { cropUrl } from "~/api/understanding";
import { inLanguage, nameOfLanguage, useText } from "~/lib/language";
import { type Icon } from "~/ui/Button";
import { Picture } from "~/ui/Picture";
import { Skeleton } from "~/ui/Skeleton";

import { Marked } from "./Marked";
import { kindOf, type Kind } from "./model/kinds";
import { focusOf, placeOfHit, readerSearchOf } from "./model/place";
import styles from "./search.module.css";

const SIGNS: Record<Kind, Icon> = { dialogue: MessageSquareText, picture: Image, note: NotebookPen, lore: BookText };

/** One hit: the panel it is in, the sentence, and where that is. Opens the page with the words ringed. */
export function HitCard({ hit, onOpen }: { hit: SearchHit; onOpen?: () => void }) {
  const text = useText();
  const kind = kindOf(hit.kind);
  const Sign = SIGNS[kind];
  const inside = (
    <>
      <HitPicture hit={hit} className={styles.picture} pixels={560} />
      <span className={styles.body}>
        <span className={styles.kind}>
          <Sign size={15} strokeWidth={1.7} aria-hidden />
          {text(`search.kinds.${kind}`)}
          {hit.title ? <span {...inLanguage(hit.language)}>· {hit.title}</span> : null}
          {hit.speaker ? <span>· {text("search.says", { name: hit.speaker })}</span> : null}
          {hit.language && kind === "dialogue" ? <span>· {nameOfLanguage(hit.language)}</span> : null}
        </span>
        <Marked hit={hit} />
        <span className={styles.place}>{placeOfHit(hit, text)}</span>
      </span>
    </>
  );
  if (hit.episode && hit.page) {
    return (
      <Link to="/read/$episodeId" params={{ episodeId: hit.episode.id }} search={readerSearchOf(hit)} className={styles.hit} {...(onOpen ? { onClick: onOpen } : {})}>
        {inside}
      </Link>
    );
  }
  return (
    <Link to="/series/$slug" params={{ slug: hit.series.slug }} className={styles.hit} {...(onOpen ? { onClick: onOpen } : {})}>
      {inside}
    </Link>
  );
}

interface HitPictureProps {
  hit: SearchHit;
  className: string | undefined;
  /** How wide the picture is asked for. */
  pixels: number;
}

/** The part of the page that a hit is about; decorative, for the words stand beside it. */
export function HitPicture({ hit, className, pixels }: HitPictureProps) {
  const none = <span className={styles.none} />;
  return (
    <span className={className}>
      {hit.page && hit.crop ? (
        <Picture url={cropUrl(hit.page.id, hit.crop, { lang: hit.kind === "dialogue" ? hit.language : null, pixels })} alt="" focus={focusOf(hit)} fallback={none} />
      ) : (
        none
      )}
    </span>
  );
}

export function HitSkeleton() {
  return (
    <div className={styles.hit} aria-hidden>
      <span className={styles.picture}>
        <Skeleton height="100%" round={0} />
      </span>
      <span className={styles.body}>
        <Skeleton width={120} height={13} />
        <Skeleton width="82%" height={17} />
        <Skeleton width={220} height={13} />
      </span>
    </div>
  );
}

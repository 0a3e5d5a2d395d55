import { ImageOff } from "lucide-react";
import { memo, useState } from "react";

import type { PageItem } from "~/api/types";
import { useText } from "~/lib/language";
import { Blur } from "~/ui/Picture";

import { arrived, isHere, pictureUrl } from "../model/pictures";
import type { Side } from "../model/spreads";

import styles from "./reader.module.css";

interface Props {
  side: Side;
  language: string | null;
}

/** One side of an opening: its picture, its blurred self until that has come, and words where it cannot come. */
export const PageFace = memo(function PageFace({ side: { page, half }, language }: Props) {
  const url = pictureUrl(page, language);
  return <Face key={url} url={url} page={page} half={half} />;
});

interface FaceProps {
  url: string;
  page: PageItem;
  half: Side["half"];
}

function Face({ url, page, half }: FaceProps) {
  const text = useText();
  const [state, setState] = useState<"waiting" | "here" | "failed">(isHere(url) ? "here" : "waiting");
  const name = useNameOfPage()(page);
  const failed = state === "failed" || page.state === "failed";
  return (
    <div className={styles.face} data-half={half ?? undefined}>
      {state === "waiting" && page.blurhash ? <Blur hash={page.blurhash} className={styles.blur ?? ""} /> : null}
      {failed ? (
        <div className={styles.broken}>
          <ImageOff size={28} strokeWidth={1.7} aria-hidden />
          <strong>{text("reader.broken.title", { page: name })}</strong>
          <span>{page.error?.message ?? text("reader.broken.detail")}</span>
        </div>
      ) : (
        <img
          className={styles.picture}
          data-here={state === "here" || undefined}
          src={url}
          alt={half === "second" ? "" : name}
          decoding={state === "here" ? "sync" : "async"}
          draggable={false}
          onLoad={() => {
            arrived(url);
            setState("here");
          }}
          onError={() => setState("failed")}
        />
      )}
    </div>
  );
}

/** "Cover", "Title", "Page 3", "Credits": what a page is called aloud. */
export function useNameOfPage(): (page: PageItem) => string {
  const text = useText();
  return (page) => (page.page_number === null ? text(`reader.kind.${page.kind}`) : text("reader.page", { page: page.page_number }));
}

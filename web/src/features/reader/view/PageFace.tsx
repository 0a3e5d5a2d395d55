import { memo, useState } from "react";

import type { PageItem } from "~/api/types";
import { useText } from "~/lib/language";
import { Blur } from "~/ui/Picture";

import { arrived, descriptionId, isHere, pictureUrl } from "../model/pictures";
import { contained } from "../model/sizes";
import { ratioOf, type Side } from "../model/spreads";
import { PageMarks } from "../overlays/marks";

import { BrokenPage } from "./BrokenPage";
import styles from "./reader.module.css";

/** Where a face lies: on one side of a spread, or by itself. */
export type Where = "left" | "right" | "alone";

interface Props {
  side: Side;
  where: Where;
  /** Width over height of the box it is put in. */
  box: number;
  language: string | null;
}

/** One side of an opening: its picture, its blurred self until that has come, and words where it cannot come. */
export const PageFace = memo(function PageFace({ side: { page, half }, where, box, language }: Props) {
  const ratio = half ? ratioOf(page) / 2 : ratioOf(page);
  const { width, height } = contained(ratio, box);
  const left = where === "right" ? 0 : where === "left" ? 1 - width : (1 - width) / 2;
  const place = { width: percent(width), height: percent(height), left: percent(left), top: percent((1 - height) / 2) };
  return (
    <div className={styles.face} style={place} data-half={half ? where : undefined} data-where={where}>
      <Face key={page.id} url={pictureUrl(page, language)} page={page} silent={half === "second"} />
      <PageMarks page={page} half={half && where !== "alone" ? where : null} />
    </div>
  );
});

const percent = (share: number) => `${(share * 100).toFixed(3)}%`;

interface FaceProps {
  url: string;
  page: PageItem;
  silent: boolean;
}

function Face({ url, page, silent }: FaceProps) {
  const name = useNameOfPage()(page);
  /** The picture that is drawn; another language's until this one's has come, so that nothing flashes between the two. */
  const [drawn, setDrawn] = useState<string | null>(isHere(url) ? url : null);
  const [ready, setReady] = useState<string | null>(drawn);
  const [failed, setFailed] = useState<string | null>(null);

  if (page.state === "failed" || failed === url) {
    return <BrokenPage page={page} name={name} onAgain={() => setFailed(null)} />;
  }
  const here = ready === url;
  return (
    <>
      {page.blurhash && !drawn ? <Blur hash={page.blurhash} className={styles.blur ?? ""} /> : null}
      {drawn && drawn !== url ? <img key={drawn} className={styles.picture} src={drawn} alt="" draggable={false} data-here decoding="sync" /> : null}
      <img
        key={url}
        className={styles.picture}
        data-here={here || undefined}
        src={url}
        alt={silent ? "" : name}
        aria-describedby={page.seen && !silent ? descriptionId(page.id) : undefined}
        decoding={drawn === url ? "sync" : "async"}
        draggable={false}
        onLoad={({ currentTarget }) => {
          // Shown when it can be painted at once; also where it cannot be decoded ahead, for then the browser paints it itself.
          const show = () => {
            arrived(url);
            setReady(url);
          };
          currentTarget.decode().then(show, show);
        }}
        onTransitionEnd={() => setDrawn(url)}
        onError={() => setFailed(url)}
      />
    </>
  );
}

/** "Cover", "Title", "Page 3", "Credits": what a page is called aloud. */
export function useNameOfPage(): (page: PageItem) => string {
  const text = useText();
  return (page) => (page.page_number === null ? text(`reader.kind.${page.kind}`) : text("reader.page", { page: page.page_number }));
}

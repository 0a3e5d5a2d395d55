import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronDown } from "lucide-react";
import { useId, useState } from "react";

import { pagesWithQuery } from "~/api/world";
import { apiUrl } from "~/lib/base";
import { useText } from "~/lib/language";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";
import { Picture } from "~/ui/Picture";
import { Skeleton } from "~/ui/Skeleton";

import { placeName } from "./model/places";
import styles from "./pages.module.css";

interface Props {
  id: string;
  name: string;
  /** The page that the reader is on, after which nothing is told; null for all that they have read. */
  page: string | null;
  /** Somebody goes to a page. */
  onFollow?: (() => void) | undefined;
}

/** Every page that somebody is on, as far as was read: opened when it is asked for. */
export function PagesWith({ id, name, page, onFollow }: Props) {
  const text = useText();
  const list = useId();
  const [opened, setOpened] = useState(false);
  const found = useInfiniteQuery({ ...pagesWithQuery(id, page), enabled: opened });
  const items = found.data?.pages.flatMap((one) => one.items) ?? [];
  const total = found.data?.pages[0]?.total;
  return (
    <section className={styles.with} data-open={opened || undefined}>
      <button type="button" className={styles.toggle} aria-expanded={opened} aria-controls={list} onClick={() => setOpened(!opened)}>
        {total === undefined ? text("world.pages.with", { name }) : text("world.pages.withCount", { name, count: total })}
        <ChevronDown size={17} strokeWidth={1.7} aria-hidden />
      </button>
      <div id={list} hidden={!opened}>
        {found.error ? <p role="alert">{explain(found.error, text)}</p> : null}
        <ul className={styles.grid}>
          {opened && found.isPending ? [1, 2, 3].map((one) => <li key={one}><Skeleton ratio="5 / 7" round={6} /></li>) : null}
          {items.map((one) => (
            <li key={one.page_id}>
              <Link to="/read/$episodeId" params={{ episodeId: one.episode_id }} search={{ at: one.page_id }} resetScroll={false} {...(onFollow ? { onClick: onFollow } : {})}>
                <span className={styles.thumb}>
                  <Picture url={apiUrl(`pages/${one.page_id}/image/thumbnail`)} alt="" />
                </span>
                <span>{placeName(one, text)}</span>
                {one.presence === "mentioned" ? <span className={styles.how}>{text("world.pages.mentioned")}</span> : null}
              </Link>
            </li>
          ))}
        </ul>
        {found.hasNextPage ? (
          <Button small busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {text("world.pages.more")}
          </Button>
        ) : null}
      </div>
    </section>
  );
}

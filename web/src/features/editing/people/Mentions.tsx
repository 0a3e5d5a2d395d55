import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { allPagesWithQuery } from "~/api/editing";
import { useText } from "~/lib/language";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Picture } from "~/ui/Picture";
import { Skeleton } from "~/ui/Skeleton";

import { nameOfPlace, thumbnailOf } from "../shared/places";
import places from "../shared/places.module.css";

import styles from "./people.module.css";

/** Every page that somebody is on, with how, and who says so; each leads to where that is set right. */
export function Mentions({ slug, id }: { slug: string; id: string }) {
  const text = useText();
  const found = useInfiniteQuery(allPagesWithQuery(slug, id));
  if (found.error) return <Failure error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton height={80} />;
  return (
    <>
      <ul className={styles.mentions}>
        {found.data.pages
          .flatMap(({ items }) => items)
          .map((one) => (
            <li key={one.page_id}>
              <Link to="/edit/$slug/pages/$episodeId" params={{ slug, episodeId: one.episode_id }} search={{ page: one.page_id }}>
                <span className={places.thumb}>
                  <Picture url={thumbnailOf(one.page_id)} alt="" />
                </span>
                <span className={styles.where}>
                  <strong>{nameOfPlace(one, text)}</strong>
                  <span>{text("editing.people.how", { how: text(`editing.presence.${one.presence}`), origin: text(`editing.origin.${one.origin}`) })}</span>
                </span>
              </Link>
            </li>
          ))}
      </ul>
      {found.hasNextPage ? (
        <div>
          <Button small busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {text("editing.review.more")}
          </Button>
        </div>
      ) : null}
    </>
  );
}

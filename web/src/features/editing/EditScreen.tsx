import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Outlet } from "@tanstack/react-router";
import { BookOpenText, Eye, ListChecks, NotebookPen, Share2, UsersRound, ScrollText } from "lucide-react";

import { reviewCountQuery } from "~/api/editing";
import { seriesQuery } from "~/api/library";
import { inLanguage, useText } from "~/lib/language";
import { BackLink } from "~/ui/BackLink";
import { Failure } from "~/ui/Failure";
import { HERE, Room, Rooms } from "~/ui/Rooms";
import { Skeleton } from "~/ui/Skeleton";
import { useTitle } from "~/ui/useTitle";

import styles from "./editing.module.css";
import { Speaker } from "./shared/Speaker";

const route = getRouteApi("/inside/shell/edit/$slug");

const ROOMS = [
  { to: "/edit/$slug/review", label: "editing.rooms.review", icon: ListChecks },
  { to: "/edit/$slug/pages", label: "editing.rooms.pages", icon: BookOpenText },
  { to: "/edit/$slug/characters", label: "editing.rooms.characters", icon: UsersRound },
  { to: "/edit/$slug/world", label: "editing.rooms.world", icon: Share2 },
  { to: "/edit/$slug/wiki", label: "editing.rooms.wiki", icon: ScrollText },
  { to: "/edit/$slug/notes", label: "editing.rooms.notes", icon: NotebookPen },
] as const;

/** `/edit/<series>/…`: what editors set right. It shows the whole story, and says so. */
export function EditScreen() {
  const text = useText();
  const { slug } = route.useParams();
  const series = useQuery(seriesQuery(slug));
  const waiting = useQuery(reviewCountQuery(slug, "proposed"));
  useTitle(series.data ? text("editing.titleOf", { series: series.data.title }) : undefined);
  if (series.error) return <Failure whole error={series.error} retry={() => void series.refetch()} />;
  return (
    <div className={styles.screen}>
      <header className={styles.head}>
        <BackLink to="/series/$slug" params={{ slug }} label={text("editing.backToSeries", { series: series.data?.title ?? "" })} />
        {series.data ? <h1 {...inLanguage(series.data.language)}>{series.data.title}</h1> : <Skeleton width={280} height={34} />}
        <p className={styles.whole}>
          <Eye size={16} strokeWidth={1.7} aria-hidden />
          {text("editing.whole")}
        </p>
        {series.data ? <Speaker seriesId={series.data.id} /> : null}
      </header>
      <Rooms label={text("editing.rooms.label")} width={waiting.data}>
        {ROOMS.map(({ to, label, icon }) => (
          <Room key={to} to={to} params={{ slug }} icon={icon} activeProps={HERE}>
            {text(label)}
            {to === "/edit/$slug/review" && waiting.data ? (
              <span className={styles.count}>
                {text("editing.number", { count: waiting.data })}
                <span className="unseen"> {text("editing.waiting")}</span>
              </span>
            ) : null}
          </Room>
        ))}
      </Rooms>
      <Outlet />
    </div>
  );
}

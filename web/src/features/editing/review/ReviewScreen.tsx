import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { CircleCheck, SearchX } from "lucide-react";
import { useRef, useState } from "react";

import { reviewCountQuery, reviewQuery, type DecisionAction, type ReviewItem, type ReviewState } from "~/api/editing";
import { useText } from "~/lib/language";
import { useSelection } from "~/lib/useSelection";
import { Bar } from "~/ui/Bar";
import { Button } from "~/ui/Button";
import { Failure, Panel } from "~/ui/Failure";
import { Pills } from "~/ui/Pills";
import { SelectionBar } from "~/ui/SelectionBar";
import { Skeleton } from "~/ui/Skeleton";

import { KINDS, type Kind } from "../shared/kinds";
import { useKeys } from "../shared/useKeys";

import { CorrectDialog } from "./CorrectDialog";
import { Preview } from "./Preview";
import { ReviewRow } from "./ReviewRow";
import { mayBe } from "./mayBe";
import styles from "./review.module.css";
import { useDecide } from "./useDecide";

const route = getRouteApi("/inside/shell/edit/$slug/review");
const STATES = ["proposed", "accepted", "rejected"] as const;
const NONE: readonly ReviewItem[] = [];

/** `/edit/<series>/review`: what waits for a decision, one by one or many at once. */
export function ReviewScreen() {
  const text = useText();
  const navigate = route.useNavigate();
  const { slug } = route.useParams();
  const { state = "proposed", kind, about } = route.useSearch();
  const things = kind ? KINDS[kind] : [];
  const query = reviewQuery(slug, state, things, about);
  const found = useInfiniteQuery(query);
  const items = found.data?.pages.flatMap((page) => page.items) ?? NONE;
  const order = items.map(({ id }) => id);
  const selection = useSelection(order);
  const [currentId, setCurrent] = useState<string | null>(null);
  const [correcting, setCorrecting] = useState<readonly ReviewItem[] | null>(null);
  const rows = useRef(new Map<string, HTMLElement>());
  const index = Math.max(0, order.indexOf(currentId ?? ""));
  const current = items[index] ?? null;

  const go = (to: number) => {
    const item = items[Math.min(Math.max(0, to), items.length - 1)];
    if (!item) return;
    setCurrent(item.id);
    rows.current.get(item.id)?.focus();
    if (to >= items.length - 3 && found.hasNextPage && !found.isFetchingNextPage) void found.fetchNextPage();
  };
  const after = (gone: ReadonlySet<string>) => {
    // The one after those that went is next; at the end the one before them.
    const rest = items.filter(({ id }) => !gone.has(id));
    const next = items.slice(index).find(({ id }) => !gone.has(id)) ?? rest.at(-1);
    setCurrent(next?.id ?? null);
    if (next) requestAnimationFrame(() => rows.current.get(next.id)?.focus());
    if (rest.length < 8 && found.hasNextPage) void found.fetchNextPage();
    selection.stop();
  };
  const deciding = useDecide(slug, query.queryKey, after);
  const act = (action: DecisionAction, on: readonly ReviewItem[]) => {
    const meant = on.filter((item) => mayBe(action, item));
    if (!meant.length || deciding.isPending) return;
    if (action === "correct") setCorrecting(meant);
    else deciding.mutate({ action, items: meant });
  };
  const chosen = items.filter(({ id }) => selection.ids.has(id));
  const meant = chosen.length ? chosen : current ? [current] : [];
  useKeys({
    j: () => go(currentId === null ? 0 : index + 1),
    k: () => go(index - 1),
    x: () => current && selection.toggle(current.id),
    a: () => act("accept", meant),
    c: () => act("correct", meant),
    r: () => act("reject", meant),
    s: () => act("safe", meant),
    u: () => void deciding.takeBack(),
    Escape: selection.stop,
  });

  const waiting = useQuery(reviewCountQuery(slug, "proposed", things, about)).data;
  const accepted = useQuery(reviewCountQuery(slug, "accepted", things, about)).data;
  const rejected = useQuery(reviewCountQuery(slug, "rejected", things, about)).data;
  const counts: Record<ReviewState, number | undefined> = { proposed: waiting, accepted, rejected };
  const known = waiting !== undefined && accepted !== undefined && rejected !== undefined;
  const decided = known ? accepted + rejected : 0;
  const all = known ? decided + waiting : 0;
  const many = (action: DecisionAction) => ({ disabled: !chosen.some((item) => mayBe(action, item)) || deciding.isPending, onClick: () => act(action, chosen) });

  return (
    <>
      <div className={styles.top}>
        <div className={styles.filters}>
          <Pills<ReviewState>
            label={text("editing.review.states")}
            value={state}
            options={STATES.map((value) => ({
              value,
              label: counts[value] === undefined ? text(`editing.state.${value}`) : text("editing.review.counted", { name: text(`editing.state.${value}`), count: counts[value] }),
            }))}
            onChange={(value) => void navigate({ search: (was) => ({ ...was, state: value === "proposed" ? undefined : value }), replace: true })}
          />
          <Pills<Kind | "all">
            label={text("editing.review.kinds")}
            value={kind ?? "all"}
            options={[{ value: "all", label: text("editing.kind.all") }, ...(Object.keys(KINDS) as Kind[]).map((value) => ({ value, label: text(`editing.kind.${value}`) }))]}
            onChange={(value) => void navigate({ search: (was) => ({ ...was, kind: value === "all" ? undefined : value }), replace: true })}
          />
          {about ? (
            <Link to="/edit/$slug/review" params={{ slug }} search={{ state: state === "proposed" ? undefined : state, kind }} className={styles.about}>
              {text("editing.review.onlyAbout", { title: items[0]?.title ?? "…" })}
            </Link>
          ) : null}
        </div>
        {all ? (
          <div className={styles.progress}>
            <span>{text("editing.review.progress", { done: decided, total: all })}</span>
            <Bar value={decided / all} label={text("editing.review.decided")} />
          </div>
        ) : null}
      </div>
      <p className={styles.keys}>
        {(["j", "k", "a", "c", "r", "s", "x", "u"] as const).map((key) => (
          <span key={key}>
            <kbd>{key}</kbd> {text(`editing.review.key.${key}`)}
          </span>
        ))}
      </p>
      {found.isError ? (
        <Failure error={found.error} retry={() => void found.refetch()} />
      ) : found.isPending ? (
        <div className={styles.list} aria-busy="true">
          {[0, 1, 2, 3].map((one) => (
            <Skeleton key={one} height={128} round={14} />
          ))}
        </div>
      ) : items.length === 0 ? (
        <Panel
          icon={state === "proposed" ? CircleCheck : SearchX}
          title={text(`editing.review.empty.${state}`)}
          actions={
            kind || about ? (
              <Button onClick={() => void navigate({ search: { state: state === "proposed" ? undefined : state } })}>{text("editing.review.showAll")}</Button>
            ) : null
          }
        >
          <p>{text(state === "proposed" ? "editing.review.empty.detail" : "editing.review.empty.other")}</p>
        </Panel>
      ) : (
        <div className={styles.columns}>
          <div className={styles.main}>
            <ol className={styles.list} aria-label={text("editing.rooms.review")}>
              {items.map((item) => (
                <ReviewRow
                  key={item.id}
                  slug={slug}
                  item={item}
                  here={item.id === current?.id}
                  chosen={selection.ids.has(item.id)}
                  busy={deciding.isPending}
                  onHere={() => setCurrent(item.id)}
                  onChoose={(range) => selection.toggle(item.id, range)}
                  onAct={(action) => act(action, [item])}
                  place={(element) => {
                    if (element) rows.current.set(item.id, element);
                    else rows.current.delete(item.id);
                  }}
                />
              ))}
            </ol>
            {found.hasNextPage ? (
              <div className={styles.more}>
                <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
                  {text("editing.review.more")}
                </Button>
                <span>{text("editing.review.shown", { count: items.length, total: counts[state] ?? items.length })}</span>
              </div>
            ) : null}
          </div>
          <Preview item={current} />
        </div>
      )}
      {selection.active ? (
        <SelectionBar count={chosen.length} onAll={() => selection.set(order)} onStop={selection.stop}>
          {state === "accepted" ? null : (
            <Button small {...many("accept")}>
              {text("editing.review.accept")}
            </Button>
          )}
          <Button small {...many("correct")}>
            {text("editing.review.correct")}
          </Button>
          {state === "rejected" ? null : (
            <Button small {...many("reject")}>
              {text("editing.review.reject")}
            </Button>
          )}
          {state === "proposed" ? (
            <Button small {...many("safe")}>
              {text("editing.review.safe")}
            </Button>
          ) : (
            <Button small {...many("reopen")}>
              {text("editing.review.reopen")}
            </Button>
          )}
        </SelectionBar>
      ) : null}
      {correcting ? (
        <CorrectDialog
          slug={slug}
          items={correcting}
          busy={deciding.isPending}
          error={deciding.error}
          onClose={() => setCorrecting(null)}
          onCorrect={(pages, quote) =>
            deciding.mutate({ action: "correct", items: correcting, pages, quote }, { onSuccess: () => setCorrecting(null) })
          }
        />
      ) : null}
    </>
  );
}

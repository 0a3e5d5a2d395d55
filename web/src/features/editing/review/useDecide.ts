import { useMutation, useQueryClient, type InfiniteData, type QueryKey } from "@tanstack/react-query";
import { useRef } from "react";

import { decide, declareSafe, stale, type DecisionAction, type ReviewItem } from "~/api/editing";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { explain } from "~/ui/Failure";

interface Deed {
  action: DecisionAction;
  items: readonly ReviewItem[];
  pages?: string[];
  quote?: string | null;
}

interface Listed {
  items: ReviewItem[];
}

/** Decides about proposals, takes them off the list, and keeps how to take the last decision back. */
export function useDecide(slug: string, listKey: QueryKey, after: (gone: ReadonlySet<string>) => void) {
  const text = useText();
  const queries = useQueryClient();
  const last = useRef<Deed | null>(null);
  const refresh = () => stale(queries);

  const takeBack = async () => {
    const deed = last.current;
    if (!deed) return;
    last.current = null;
    try {
      await undo(deed);
      await refresh();
      notify(text("edit.undone"));
    } catch (error) {
      notify(explain(error, text), { tone: "problem" });
    }
  };

  const mutation = useMutation({
    mutationFn: ({ action, items, pages, quote }: Deed) =>
      decide(
        action,
        items.map(({ id }) => id),
        { ...(pages ? { pages } : {}), ...(quote ? { quote } : {}) },
      ),
    onSuccess: async (done, deed) => {
      const left = new Set(done.left);
      const articles = new Set(deed.action === "safe" ? deed.items.map(({ about_id }) => about_id) : []);
      const gone = new Set(deed.items.map(({ id }) => id).filter((id) => !left.has(id)));
      // Of an article that is safe lore nothing waits any more.
      const goes = (item: ReviewItem) => gone.has(item.id) || (item.thing === "wiki_fact" && articles.has(item.about_id));
      const list = queries.getQueryData<InfiniteData<Listed>>(listKey);
      const all = new Set(list?.pages.flatMap(({ items }) => items.filter(goes).map(({ id }) => id)) ?? gone);
      queries.setQueryData<InfiniteData<Listed>>(listKey, (was) =>
        was ? { ...was, pages: was.pages.map((page) => ({ ...page, items: page.items.filter((item) => !goes(item)) })) } : was,
      );
      after(all);
      last.current = { ...deed, items: deed.items.filter(({ id }) => !left.has(id)) };
      const said = text(`editing.review.did.${deed.action}`, { count: done.changed });
      notify(left.size ? `${said} ${text("editing.review.left", { count: left.size })}` : said, { undo: () => void takeBack() });
      // The list itself is up to date; what it counts, and what readers are shown, is not.
      await queries.invalidateQueries({ queryKey: ["editing", slug], predicate: ({ queryKey }) => !(queryKey[2] === "review" && queryKey[3] !== "count") });
      await Promise.all([["pages"], ["search"], ["characters"], ["world"], ["entities"], ["wiki"]].map((queryKey) => queries.invalidateQueries({ queryKey })));
      void queries.invalidateQueries({ queryKey: ["editing", slug, "review"], refetchType: "none" });
    },
    onError: (error, { action }) => {
      if (action !== "correct") notify(explain(error, text), { tone: "problem" });
    },
  });
  return { ...mutation, takeBack };
}

/** Puts proposals back where they were: all in the state of the list they were decided in, with the pages they had. */
async function undo({ action, items }: Deed): Promise<void> {
  const state = items[0]?.state ?? "proposed";
  if (action === "safe") {
    for (const article of new Set(items.map(({ about_id }) => about_id))) if (article) await declareSafe(article, false);
    return;
  }
  if (action === "correct") {
    for (const { id, pages, quote } of items) {
      if (pages.length) await decide("correct", [id], { pages: pages.map(({ page_id }) => page_id), quote });
    }
  }
  const ids = items.map(({ id }) => id);
  if (state === "proposed") await decide("reopen", ids);
  else if (state === "rejected") await decide("reject", ids);
  else if (action !== "correct") await decide("accept", ids);
}

import type { DecisionAction, ReviewItem } from "~/api/editing";

/**
 * Whether a decision can be taken on a proposal: nothing is accepted without a page, people are known by the pages they
 * are on, and only what articles say can be safe lore.
 */
export function mayBe(action: DecisionAction, item: Pick<ReviewItem, "thing" | "state" | "pages">): boolean {
  switch (action) {
    case "accept":
      return item.state !== "accepted" && (item.thing === "character" || item.pages.length > 0);
    case "correct":
      return item.thing !== "character";
    case "reject":
      return item.state !== "rejected";
    case "safe":
      return item.thing === "wiki_fact";
    case "reopen":
      return item.state !== "proposed";
  }
}

import type { EvidenceRow } from "~/api/editing";
import { useText } from "~/lib/language";
import { Tag } from "~/ui/Tag";

import panes from "./panes.module.css";
import { Places } from "./places";

/** From where something is known, or may be: each place with whether a person has said so. */
export function EvidenceOf({ slug, evidence }: { slug: string; evidence: readonly EvidenceRow[] }) {
  const text = useText();
  if (!evidence.length) return <p className={panes.itemFoot}>{text("editing.evidence.none")}</p>;
  return (
    <>
      {evidence.map((one) => (
        <div key={one.id} className={panes.itemFoot}>
          <Tag tone={one.state === "accepted" ? "ok" : one.state === "rejected" ? "plain" : "warn"}>{text(`editing.state.${one.state}`)}</Tag>
          {one.pages.length ? (
            <Places slug={slug} places={one.pages} />
          ) : one.awaits_episode !== null ? (
            <span>
              {one.awaits_page === null
                ? text("editing.review.awaitsEpisode", { episode: one.awaits_episode })
                : text("editing.review.awaits", { episode: one.awaits_episode, page: one.awaits_page })}
            </span>
          ) : (
            <span>{text("editing.review.noPlace")}</span>
          )}
          {one.quote ? <q>{one.quote}</q> : null}
        </div>
      ))}
    </>
  );
}

/** The pages of what was accepted, else of what is proposed: what a form of places begins with. */
export function placesOf(evidence: readonly EvidenceRow[]) {
  return (evidence.find(({ state }) => state === "accepted") ?? evidence.find(({ state }) => state === "proposed"))?.pages ?? [];
}

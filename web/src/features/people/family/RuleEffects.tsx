import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { ruleEffectsQuery } from "~/api/family";
import type { EffectOnPeople, ReadingRule } from "~/api/types";
import { useText } from "~/lib/language";
import { explain } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import styles from "./family.module.css";

const FEW = 4;

interface Props {
  of: "user" | "collective";
  id: string;
  rule: ReadingRule;
}

/** Before a rule is saved: who would lose and gain how much, and some of what would go. */
export function RuleEffects({ of, id, rule }: Props) {
  const text = useText();
  const effects = useQuery({ ...ruleEffectsQuery(of, id, rule), placeholderData: keepPreviousData, retry: false });
  return (
    <div className={styles.effects} role="status" aria-busy={effects.isFetching}>
      <strong>{text("family.limits.effects.title")}</strong>
      {effects.isError ? (
        <p>{explain(effects.error, text)}</p>
      ) : !effects.data ? (
        <Skeleton height={44} round={8} />
      ) : effects.data.items.length ? (
        <ul className={styles.sights}>
          {together(effects.data.items, text).map(([what, who]) => (
            <li key={`${who.join()} ${what}`}>
              {who.length > FEW ? text("family.invitations.andOthers", { names: who.slice(0, FEW).join(", "), count: who.length - FEW }) : who.join(", ")}: {what}
            </li>
          ))}
        </ul>
      ) : (
        <p>{text("family.limits.effects.nobody")}</p>
      )}
      {effects.data?.examples.length ? <p>{text("family.limits.effects.examples", { titles: effects.data.examples.join(", ") })}</p> : null}
    </div>
  );
}

/** Those for whom it comes to the same stand in one line. */
function together(items: EffectOnPeople[], text: ReturnType<typeof useText>): [what: string, who: string[]][] {
  const said = new Map<string, string[]>();
  for (const one of items) {
    const what = inWords(one, text);
    said.set(what, [...(said.get(what) ?? []), one.name ?? text(`family.limits.effects.who.${one.age_class}`, { count: one.people })]);
  }
  return [...said];
}

function inWords({ shown, lost, gained }: EffectOnPeople, text: ReturnType<typeof useText>): string {
  const changes = [
    lost.most ? text(lost.least === lost.most ? "family.limits.effects.lost" : "family.limits.effects.lostUpTo", { count: lost.most }) : null,
    gained.most ? text(gained.least === gained.most ? "family.limits.effects.gained" : "family.limits.effects.gainedUpTo", { count: gained.most }) : null,
  ].filter((one) => one !== null);
  const fits = text(shown.least === shown.most ? "family.limits.effects.fits" : "family.limits.effects.fitsFrom", { least: shown.least, count: shown.most });
  return [fits, ...(changes.length ? changes : [text("family.limits.effects.same")])].join(", ");
}

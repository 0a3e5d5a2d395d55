import { Checkbox, NativeSelect, TagsInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { collectiveRuleQuery, rulePreviewQuery, ruleOfUserQuery, setRule } from "~/api/family";
import type { ReadingRule } from "~/api/types";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Button } from "~/ui/Button";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import { RuleEffects } from "./RuleEffects";
import styles from "./family.module.css";

/** Ages that ratings speak of. */
const AGES = ["0", "6", "9", "12", "13", "15", "16", "17", "18"];
const OPEN: ReadingRule = { max_age: null, unrated: true, labels_allowed: null, labels_excluded: [], only_shelves: false };

interface Props {
  of: "user" | "collective";
  id: string;
  name: string;
}

/** What somebody, or everybody of a collective, is shown: their own rule, else what counts by their age. */
export function Limits({ of, id, name }: Props) {
  const text = useText();
  const own = useQuery({ ...ruleOfUserQuery(id), enabled: of === "user" });
  const theirs = useQuery({ ...collectiveRuleQuery(id), enabled: of === "collective" });
  const preview = useQuery({ ...rulePreviewQuery(id), enabled: of === "user" });
  const asked = of === "user" ? own : theirs;
  if (asked.isError) return <Failure error={asked.error} retry={() => void asked.refetch()} />;
  return (
    <section aria-labelledby="limits">
      <h2 id="limits">{text("family.limits.title")}</h2>
      <p className={styles.dim}>{text(of === "user" ? "family.limits.help" : "family.limits.helpAll", { name })}</p>
      {asked.data ? <RuleForm key={`${id}:${JSON.stringify(asked.data.rule)}`} of={of} id={id} rule={asked.data.rule} usual={own.data?.because.find(({ source }) => source === "default")?.rule ?? OPEN} may={of === "collective" || own.data?.may_change !== false} /> : <Skeleton height={220} round={14} />}
      {own.data ? (
        <ul className={styles.sights}>
          {own.data.because.map((one) => (
            <li key={`${one.source}${one.collective_id ?? ""}`}>
              {text(`family.limits.because.${one.source}`, { collective: one.collective_name ?? "" })} {inWords(one.rule, text)}
            </li>
          ))}
        </ul>
      ) : null}
      {preview.data ? <p>{text("family.limits.preview", { shown: preview.data.shown, hidden: preview.data.hidden })}</p> : null}
    </section>
  );
}

function inWords(rule: ReadingRule, text: ReturnType<typeof useText>): string {
  return [
    rule.max_age === null ? null : text("family.limits.upTo", { age: rule.max_age }),
    rule.unrated ? null : text("family.limits.noUnrated"),
    rule.only_shelves ? text("family.limits.shelvesOnly") : null,
    rule.labels_excluded.length ? text("family.limits.without", { labels: rule.labels_excluded.join(", ") }) : null,
    rule.labels_allowed?.length ? text("family.limits.only", { labels: rule.labels_allowed.join(", ") }) : null,
  ]
    .filter(Boolean)
    .join(", ");
}

function RuleForm({ of, id, rule, usual, may }: { of: Props["of"]; id: string; rule: ReadingRule | null; usual: ReadingRule; may: boolean }) {
  const text = useText();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<ReadingRule>(rule ?? usual);
  const set = (change: Partial<ReadingRule>) => setDraft((before) => ({ ...before, ...change }));
  const changed = JSON.stringify(draft) !== JSON.stringify(rule ?? usual);
  const renew = () => queries.invalidateQueries({ queryKey: of === "user" ? ["reading-rule", id] : ["collectives", id] });
  const failed = (error: unknown) => notify(explain(error, text), { tone: "problem" });
  const saving = useMutation({
    mutationFn: (wanted: ReadingRule | null) => Promise.resolve(setRule(of, id, wanted)),
    onSuccess: async () => {
      notify(text("family.limits.saved"), { undo: () => void Promise.resolve(setRule(of, id, rule)).then(renew, failed) });
      await renew();
    },
    onError: failed,
  });
  return (
    <form
      className={styles.sheet}
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate(draft);
      }}
    >
      <NativeSelect
        label={text("family.limits.age")}
        description={text("family.limits.ageHelp")}
        disabled={!may}
        value={draft.max_age === null ? "" : String(draft.max_age)}
        data={[{ value: "", label: text("family.limits.anyAge") }, ...AGES.map((age) => ({ value: age, label: text("family.limits.upTo", { age: Number(age) }) }))]}
        onChange={(event) => set({ max_age: event.currentTarget.value === "" ? null : Number(event.currentTarget.value) })}
      />
      <Checkbox label={text("family.limits.unrated")} disabled={!may} checked={draft.unrated} onChange={(event) => set({ unrated: event.currentTarget.checked })} />
      <Checkbox label={text("family.limits.shelves")} disabled={!may} checked={draft.only_shelves} onChange={(event) => set({ only_shelves: event.currentTarget.checked })} />
      <TagsInput label={text("family.limits.excluded")} disabled={!may} value={draft.labels_excluded} maxTags={50} onChange={(labels) => set({ labels_excluded: labels })} />
      <TagsInput label={text("family.limits.allowed")} description={text("family.limits.allowedHelp")} disabled={!may} value={draft.labels_allowed ?? []} maxTags={50} onChange={(labels) => set({ labels_allowed: labels.length ? labels : null })} />
      {may && changed ? <RuleEffects of={of} id={id} rule={draft} /> : null}
      {may ? (
        <span className={styles.buttons}>
          <Button type="submit" tone="ink" busy={saving.isPending && saving.variables !== null} disabled={!changed}>
            {text("common.save")}
          </Button>
          {rule ? (
            <Button busy={saving.isPending && saving.variables === null} onClick={() => saving.mutate(null)}>
              {text("family.limits.lift")}
            </Button>
          ) : null}
        </span>
      ) : null}
    </form>
  );
}

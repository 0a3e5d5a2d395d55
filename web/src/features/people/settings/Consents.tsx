import { Switch } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { takeBack } from "~/api/account";
import { agree, consentsQuery } from "~/api/door";
import { sessionQuery } from "~/api/session";
import type { Consent } from "~/api/types";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { AskDialog } from "~/ui/AskDialog";
import { AskGrownUp } from "~/ui/AskGrownUp";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";
import sheet from "~/ui/sheet.module.css";

import { Sights } from "../family/Sights";

import { Section } from "./Section";
import styles from "./Settings.module.css";

/** What one has agreed to, and who sees what of oneself. */
export function Consents() {
  const text = useText();
  const queries = useQueryClient();
  const consents = useQuery(consentsQuery);
  const [ending, setEnding] = useState<Consent | null>(null);
  const changing = useMutation({
    mutationFn: async ({ item, yes }: { item: Consent; yes: boolean }) => {
      if (yes) await agree(item.policy.purpose, item.policy.version, null);
      else await takeBack(item.policy.purpose);
    },
    onSettled: async () => {
      setEnding(null);
      await queries.invalidateQueries({ queryKey: consentsQuery.queryKey });
      await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  return (
    <Section title={text("account.consents.title")} help={text("account.consents.help")}>
      {consents.isError ? (
        <Failure error={consents.error} retry={() => void consents.refetch()} />
      ) : !consents.data ? (
        <Skeleton height={200} round={14} />
      ) : (
        <>
          <ul className={sheet.list}>
            {consents.data.items
              .filter((item) => item.asked || item.held)
              .map((item) => (
                <li key={item.policy.purpose} className={sheet.item}>
                  <div className={sheet.words}>
                    <strong>{item.policy.title}</strong>
                    <span>{item.policy.what}</span>
                    {item.whose === "guardian" && !item.held ? <span>{text("account.consents.guardian")}</span> : null}
                  </div>
                  <Switch
                    aria-label={item.policy.title}
                    checked={item.held}
                    disabled={changing.isPending || (item.whose === "guardian" && !item.held)}
                    onChange={(event) => {
                      if (event.currentTarget.checked) changing.mutate({ item, yes: true });
                      else setEnding(item);
                    }}
                  />
                </li>
              ))}
          </ul>
          {consents.data.items.some((item) => item.whose === "guardian" && item.asked && !item.held) ? (
            <div className={styles.asking}>
              <AskGrownUp tone="ink" waits={consents.data.requests.at(0) === "waiting"} />
            </div>
          ) : null}
          <h3 className={styles.label}>{text("account.consents.sees")}</h3>
          <Sights sights={consents.data.sees} />
        </>
      )}
      {ending ? (
        <AskDialog title={ending.policy.title} action={text("account.consents.end")} tone="danger" busy={changing.isPending} onAct={() => changing.mutate({ item: ending, yes: false })} onClose={() => setEnding(null)}>
          <p>{ending.policy.stop}</p>
        </AskDialog>
      ) : null}
    </Section>
  );
}

import { Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { askFormalExport, exportsQuery } from "~/api/account";
import type { Account } from "~/api/types";
import { useText } from "~/lib/language";
import { Ago } from "~/ui/Ago";
import { AskDialog } from "~/ui/AskDialog";
import { ExportFile, ExportState } from "~/ui/Exported";

import styles from "./people.module.css";

const SHORTEST = 3;

/** Everything about somebody on a formal request: asked with a reason, noted, and shown to whom it is about. */
export function FormalExport({ user, onClose }: { user: Account; onClose: () => void }) {
  const text = useText();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const made = (useQuery(exportsQuery).data?.items ?? []).filter((one) => one.user_id === user.id && one.kind === "formal");
  const asking = useMutation({
    mutationFn: () => askFormalExport(user.id, reason.trim()),
    onSuccess: () => {
      setReason("");
      return queries.invalidateQueries({ queryKey: exportsQuery.queryKey });
    },
  });
  return (
    <AskDialog
      title={text("admin.people.formalOf", { name: user.name })}
      action={text("admin.people.formalAsk")}
      disabled={reason.trim().length < SHORTEST}
      busy={asking.isPending}
      error={asking.error}
      onAct={() => asking.mutate()}
      onClose={onClose}
    >
      <p>{text("admin.people.formalHelp", { name: user.name })}</p>
      <Textarea data-autofocus autosize minRows={2} maxRows={6} maxLength={2000} label={text("admin.people.reason")} description={text("admin.people.reasonHelp")} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
      {made.length ? (
        <ul className={styles.exports} aria-label={text("admin.people.formalMade")}>
          {made.map((one) => (
            <li key={one.id}>
              <span>
                <strong>{one.reason}</strong>
                <span>
                  <ExportState made={one} /> · <Ago moment={one.created_at} />
                </span>
              </span>
              <ExportFile made={one} />
            </li>
          ))}
        </ul>
      ) : null}
    </AskDialog>
  );
}

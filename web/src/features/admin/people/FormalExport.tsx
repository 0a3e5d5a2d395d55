import { Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";

import { askFormalExport, exportFileUrl, exportsQuery } from "~/api/account";
import type { Account } from "~/api/types";
import { readableBytes } from "~/lib/bytes";
import { useLanguage, useText } from "~/lib/language";
import { Ago } from "~/ui/Ago";
import { AskDialog } from "~/ui/AskDialog";
import { ButtonAnchor } from "~/ui/Button";

import styles from "./people.module.css";

const SHORTEST = 3;

/** Everything about somebody on a formal request: asked with a reason, noted, and shown to whom it is about. */
export function FormalExport({ user, onClose }: { user: Account; onClose: () => void }) {
  const text = useText();
  const { language } = useLanguage();
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
                  {text(`account.data.states.${one.state}`)}
                  {one.size ? ` · ${readableBytes(one.size, language)}` : null} · <Ago moment={one.created_at} />
                </span>
              </span>
              {one.state === "ready" ? (
                <ButtonAnchor small icon={Download} href={exportFileUrl(one.id)} download>
                  {text("account.data.download")}
                </ButtonAnchor>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
    </AskDialog>
  );
}

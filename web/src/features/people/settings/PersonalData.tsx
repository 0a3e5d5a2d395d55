import { TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { PackageOpen, Trash2 } from "lucide-react";
import { useState } from "react";

import { askExport, erase, exportsQuery } from "~/api/account";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Ago } from "~/ui/Ago";
import { AskDialog } from "~/ui/AskDialog";
import { Button } from "~/ui/Button";
import { ExportFile, ExportState } from "~/ui/Exported";
import { explain } from "~/ui/Failure";
import sheet from "~/ui/sheet.module.css";

import styles from "./Settings.module.css";

interface Props {
  userId: string;
  name: string;
  /** Whether it is somebody else's, whom one answers for. */
  childs?: boolean;
  onErased: () => Promise<void> | void;
}

/** Everything about a person as a file to keep, and the way to have it all deleted. */
export function PersonalData({ userId, name, childs = false, onErased }: Props) {
  const text = useText();
  const queries = useQueryClient();
  const exports = (useQuery(exportsQuery).data?.items ?? []).filter((one) => one.user_id === userId);
  const [erasing, setErasing] = useState(false);
  const [typed, setTyped] = useState("");
  const asking = useMutation({
    mutationFn: () => askExport(childs ? userId : null),
    onSettled: () => queries.invalidateQueries({ queryKey: exportsQuery.queryKey }),
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  const ending = useMutation({ mutationFn: () => erase(childs ? userId : null, typed.trim()), onSuccess: onErased });
  return (
    <>
      <div className={sheet.buttons}>
        <Button icon={PackageOpen} busy={asking.isPending} onClick={() => asking.mutate()}>
          {text(childs ? "account.data.exportOf" : "account.data.export", { name })}
        </Button>
        <Button icon={Trash2} tone="danger" onClick={() => setErasing(true)}>
          {text(childs ? "account.data.eraseOf" : "account.data.erase", { name })}
        </Button>
      </div>
      {childs ? <p className={styles.none}>{text("account.data.without", { name })}</p> : null}
      {exports.length ? (
        <ul className={sheet.list}>
          {exports.map((one) => (
            <li key={one.id} className={sheet.item}>
              <PackageOpen size={19} strokeWidth={1.7} aria-hidden />
              <div className={sheet.words}>
                <strong>
                  <ExportState made={one} />
                </strong>
                <span>
                  <Ago moment={one.created_at} />
                  {one.kind === "formal" ? ` · ${text("account.data.formal", { reason: one.reason })}` : null}
                </span>
              </div>
              <ExportFile made={one} />
            </li>
          ))}
        </ul>
      ) : null}
      {erasing ? (
        <AskDialog
          title={text("account.data.eraseTitle", { name })}
          action={text("account.data.eraseNow")}
          tone="danger"
          disabled={typed.trim() !== name}
          busy={ending.isPending}
          error={ending.error}
          onAct={() => ending.mutate()}
          onClose={() => setErasing(false)}
        >
          <p>{text("account.data.eraseHelp")}</p>
          <TextInput data-autofocus label={text("account.data.type", { name })} autoComplete="off" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
        </AskDialog>
      ) : null}
    </>
  );
}

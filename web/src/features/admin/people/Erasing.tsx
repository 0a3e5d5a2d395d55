import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { erase } from "~/api/account";
import type { Account } from "~/api/types";
import { useText } from "~/lib/language";
import { AskDialog } from "~/ui/AskDialog";

/** Asks for the name before everything of somebody is deleted: it cannot be taken back. */
export function Erasing({ user, onErased, onClose }: { user: Account; onErased: () => void; onClose: () => void }) {
  const text = useText();
  const [typed, setTyped] = useState("");
  const ending = useMutation({ mutationFn: () => erase(user.id, typed.trim()), onSuccess: onErased });
  return (
    <AskDialog
      title={text("account.data.eraseTitle", { name: user.name })}
      action={text("account.data.eraseNow")}
      tone="danger"
      disabled={typed.trim() !== user.name.trim()}
      busy={ending.isPending}
      error={ending.error}
      onAct={() => ending.mutate()}
      onClose={onClose}
    >
      <p>{text("account.data.eraseHelp")}</p>
      <TextInput data-autofocus label={text("account.data.type", { name: user.name })} autoComplete="off" value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />
    </AskDialog>
  );
}

import { Radio } from "@mantine/core";
import { useState } from "react";

import { useText } from "~/lib/language";
import { AskDialog } from "~/ui/AskDialog";

import panes from "./panes.module.css";
import { useChange } from "./useChange";

interface Props {
  chosen: readonly { id: string; name: string }[];
  help: string;
  send: (into: string, from: string[]) => Promise<unknown>;
  onClose: () => void;
  onDone: (into: string) => void;
}

/** Makes several of a kind one; asks which stays. */
export function MergeDialog({ chosen, help, send, onClose, onDone }: Props) {
  const text = useText();
  const change = useChange({ quiet: true });
  const [into, setInto] = useState(chosen[0]?.id ?? "");
  const name = chosen.find(({ id }) => id === into)?.name ?? "";
  const others = chosen.map(({ id }) => id).filter((id) => id !== into);
  return (
    <AskDialog
      title={text("editing.merge.title", { count: chosen.length })}
      action={text("editing.merge.into", { name: name.slice(0, 40) })}
      busy={change.isPending}
      error={change.error}
      onClose={onClose}
      onAct={() => change.mutate({ send: () => send(into, others), said: text("editing.merge.done", { name }) }, { onSuccess: () => onDone(into) })}
    >
      <p>{help}</p>
      <Radio.Group label={text("editing.merge.keep")} value={into} onChange={setInto}>
        <div className={panes.form}>
          {chosen.map((one) => (
            <Radio key={one.id} value={one.id} label={one.name} />
          ))}
        </div>
      </Radio.Group>
    </AskDialog>
  );
}

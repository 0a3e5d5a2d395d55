import { Merge } from "lucide-react";
import { useState } from "react";

import { useText } from "~/lib/language";
import type { Selection } from "~/lib/useSelection";
import { Button } from "~/ui/Button";
import { SelectionBar } from "~/ui/SelectionBar";

import { MergeDialog } from "./MergeDialog";

interface Props {
  /** Those that are chosen; the first is proposed as the one that stays. */
  chosen: readonly { id: string; name: string }[];
  selection: Selection;
  order: readonly string[];
  help: string;
  send: (into: string, from: string[]) => Promise<unknown>;
  onDone: (into: string) => void;
}

/** What can be done with several of a list that are chosen: they can be made one. */
export function MergeChosen({ chosen, selection, order, help, send, onDone }: Props) {
  const text = useText();
  const [asking, setAsking] = useState(false);
  if (!chosen.length) return null;
  return (
    <>
      <SelectionBar count={chosen.length} onAll={() => selection.set(order)} onStop={selection.stop}>
        <Button small icon={Merge} disabled={chosen.length < 2} onClick={() => setAsking(true)}>
          {text("editing.merge.action")}
        </Button>
      </SelectionBar>
      {asking ? (
        <MergeDialog
          chosen={chosen}
          help={help}
          send={send}
          onClose={() => setAsking(false)}
          onDone={(into) => {
            setAsking(false);
            selection.stop();
            onDone(into);
          }}
        />
      ) : null}
    </>
  );
}

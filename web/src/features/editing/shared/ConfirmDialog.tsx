import { useText } from "~/lib/language";
import { AskDialog } from "~/ui/AskDialog";

import { useChange } from "./useChange";

interface Props {
  title: string;
  detail: string;
  action: string;
  said: string;
  send: () => Promise<unknown>;
  onClose: () => void;
  onDone?: () => void;
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog({ title, detail, action, said, send, onClose, onDone }: Props) {
  const change = useChange({ quiet: true });
  const text = useText();
  return (
    <AskDialog
      title={title}
      action={action}
      tone="danger"
      busy={change.isPending}
      error={change.error}
      onClose={onClose}
      onAct={() =>
        change.mutate(
          { send, said },
          {
            onSuccess: () => {
              onDone?.();
              onClose();
            },
          },
        )
      }
    >
      <p>{detail}</p>
      <p>{text("editing.forGood")}</p>
    </AskDialog>
  );
}

import { useMutation, useQueryClient } from "@tanstack/react-query";

import { undoEdit } from "~/api/library";
import type { Edited } from "~/api/types";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { explain } from "~/ui/Failure";

interface Edit {
  /** What to send. */
  send: () => Promise<Partial<Edited> | undefined>;
  /** What to say when it is done. */
  said: string;
}

/** Sends an edit, refreshes what shows it, says so, and offers to take it back. `quiet` leaves telling of errors to the caller. */
export function useEdit({ quiet = false }: { quiet?: boolean } = {}) {
  const text = useText();
  const queries = useQueryClient();
  const refresh = () => Promise.all([["series"], ["episodes"], ["reading"], ["collections"], ["reading-lists"]].map((queryKey) => queries.invalidateQueries({ queryKey })));
  return useMutation({
    mutationFn: ({ send }: Edit) => send(),
    onSuccess: async (done, { said }) => {
      const id = done?.edit_id;
      const undo = () => {
        undoEdit(id ?? "").then(
          async () => {
            await refresh();
            notify(text("edit.undone"));
          },
          (error: unknown) => notify(explain(error, text), { tone: "problem" }),
        );
      };
      notify(said, id ? { undo } : {});
      await refresh();
    },
    onError: (error) => {
      if (!quiet) notify(explain(error, text), { tone: "problem" });
    },
  });
}

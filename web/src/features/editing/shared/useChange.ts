import { useMutation, useQueryClient } from "@tanstack/react-query";

import { stale } from "~/api/editing";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { explain } from "~/ui/Failure";

interface Change<T> {
  send: () => Promise<T>;
  said: string;
}

/** Sends a change, refreshes what shows it, and says so. `quiet` leaves telling of errors to the caller. */
export function useChange<T = unknown>({ quiet = false }: { quiet?: boolean } = {}) {
  const text = useText();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ send }: Change<T>) => send(),
    onSuccess: async (_, { said }) => {
      notify(said);
      await stale(queries);
    },
    onError: (error) => {
      if (!quiet) notify(explain(error, text), { tone: "problem" });
    },
  });
}

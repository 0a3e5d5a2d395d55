import { Switch } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { changeMe, sessionQuery } from "~/api/session";
import type { User } from "~/api/types";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { explain } from "~/ui/Failure";

import { Section } from "./Section";

/** What a reader would rather not see of episodes they have not begun. */
export function Spoilers({ user }: { user: User }) {
  const text = useText();
  const queries = useQueryClient();
  const changing = useMutation({
    mutationFn: changeMe,
    onSuccess: async (session) => {
      queries.setQueryData(sessionQuery.queryKey, session);
      await Promise.all(["series", "episodes", "reading", "reading-lists"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
    },
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  const shown = { ...user, ...(changing.isPending ? changing.variables : {}) };
  return (
    <Section title={text("spoilers.title")} help={text("spoilers.help")}>
      <Switch
        checked={shown.hide_unread_titles ?? false}
        label={text("spoilers.titles")}
        description={text("spoilers.titlesHelp")}
        onChange={(event) => changing.mutate({ hide_unread_titles: event.currentTarget.checked })}
      />
      <Switch
        checked={shown.hide_unread_covers ?? false}
        label={text("spoilers.covers")}
        description={text("spoilers.coversHelp")}
        onChange={(event) => changing.mutate({ hide_unread_covers: event.currentTarget.checked })}
      />
    </Section>
  );
}

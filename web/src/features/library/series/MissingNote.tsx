import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Unplug } from "lucide-react";
import { useState } from "react";

import { forgetMissing } from "~/api/library";
import type { EpisodeCard, SeriesDetail } from "~/api/types";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { AskDialog } from "~/ui/AskDialog";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import styles from "./MissingNote.module.css";

/** Tells editors that files are gone, and lets them say that these are gone for good. */
export function MissingNote({ series, episodes }: { series: SeriesDetail; episodes: EpisodeCard[] }) {
  const text = useText();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const count = episodes.filter((episode) => episode.missing).length;
  const forgetting = useMutation({
    mutationFn: () => forgetMissing(series.id),
    onSuccess: async (gone) => {
      setAsking(false);
      notify(text("missing.forgotten", { count }));
      // With the last of its episodes the series itself is forgotten.
      if (gone.series) await navigate({ to: "/" });
      await Promise.all([["series"], ["reading"], ["collections"], ["reading-lists"]].map((queryKey) => queries.invalidateQueries({ queryKey })));
    },
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  if (!count) return null;
  return (
    <div className={styles.note}>
      <Unplug size={18} strokeWidth={1.7} aria-hidden />
      <p>{text("missing.note", { count })}</p>
      <Button small tone="danger" onClick={() => setAsking(true)}>
        {text("missing.forget")}
      </Button>
      {asking ? (
        <AskDialog
          title={text("missing.title", { count })}
          action={text("missing.confirm", { count })}
          tone="danger"
          busy={forgetting.isPending}
          onAct={() => forgetting.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>{text("missing.detail")}</p>
        </AskDialog>
      ) : null}
    </div>
  );
}

import { Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Eye } from "lucide-react";
import { useState } from "react";

import { plotSummary } from "~/api/library";
import type { EpisodeDetail } from "~/api/types";
import { inLanguage, useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import { Lockable } from "./Lockable";
import styles from "./SummaryField.module.css";
import { type Field } from "./useDraft";

interface Props {
  episode: EpisodeDetail;
  field: Field<string | null>;
  onLearn: (known: string | null) => void;
}

/** What happens in an episode. It may tell the end, so who has not read it whole is asked before they see it. */
export function SummaryField({ episode, field, onLearn }: Props) {
  const text = useText();
  const [shown, setShown] = useState(episode.plot_summary !== null);
  const asking = useMutation({
    mutationFn: () => plotSummary(episode.id),
    onSuccess: (known) => {
      onLearn(known);
      setShown(true);
    },
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  if (!shown) {
    return (
      <div role="group" aria-label={text("field.plot_summary")} className={styles.closed}>
        <strong>{text("field.plot_summary")}</strong>
        <p>{text("field.plot_summaryHidden")}</p>
        <Button small icon={Eye} busy={asking.isPending} onClick={() => asking.mutate()}>
          {text("field.plot_summaryShow")}
        </Button>
      </div>
    );
  }
  return (
    <Lockable field={field} name={text("field.plot_summary")}>
      <Textarea
        label={text("field.plot_summary")}
        description={text("field.plot_summaryHelp")}
        value={field.value ?? ""}
        rows={4}
        maxLength={20_000}
        {...inLanguage(episode.language)}
        onChange={(event) => field.onChange(event.currentTarget.value || null)}
      />
    </Lockable>
  );
}

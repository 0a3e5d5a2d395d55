import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Send } from "lucide-react";

import { askGuardian, consentsQuery } from "~/api/door";
import type { Purpose } from "~/api/types";
import { useText } from "~/lib/language";

import styles from "./AskGrownUp.module.css";
import { Button, type Tone } from "./Button";
import { Copyable } from "./Copyable";
import { explain } from "./Failure";
import { QrCode } from "./QrCode";

interface Props {
  /** What is asked for; left out, all that a grown-up has to allow. */
  purposes?: Purpose[];
  /** Whether a question waits already, and only its code is to be shown again. */
  waits: boolean;
  tone?: Tone;
}

/** A young person asks whoever answers for them: a button, then the code to show and the link to send. */
export function AskGrownUp({ purposes, waits, tone = "accent" }: Props) {
  const text = useText();
  const queries = useQueryClient();
  const asking = useMutation({ mutationFn: () => askGuardian(purposes), onSuccess: () => queries.invalidateQueries({ queryKey: consentsQuery.queryKey }) });
  const asked = asking.data;
  if (asked) {
    return (
      <div className={styles.share}>
        <p>{text("door.waiting.show")}</p>
        <QrCode value={asked.address} label={text("door.waiting.qr")} size={176} />
        <span className={styles.code}>{asked.code}</span>
        <p className={styles.note}>{text("door.waiting.code")}</p>
        <Copyable value={asked.address} label={text("door.waiting.link")} />
      </div>
    );
  }
  return (
    <>
      <Button tone={tone} icon={Send} busy={asking.isPending} onClick={() => asking.mutate()}>
        {text(waits ? "door.waiting.showAgain" : "door.waiting.ask")}
      </Button>
      {asking.error ? <p role="alert">{explain(asking.error, text)}</p> : null}
    </>
  );
}

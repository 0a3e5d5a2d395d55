import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, X } from "lucide-react";
import { useState } from "react";

import { changeIncident, forgetIncident, incidentQuery, talkFileUrl, type Incident } from "~/api/support";
import { useText } from "~/lib/language";
import { AskDialog } from "~/ui/AskDialog";
import { Button, ButtonAnchor, IconButton } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import { together } from "./model/together";
import styles from "./support.module.css";

/** What is kept of what somebody told: to look at, to put in other words, to have forgotten. */
export function Kept({ id, told }: { id: string; told: boolean }) {
  const text = useText();
  const queries = useQueryClient();
  const incident = useQuery({ ...incidentQuery(id), enabled: told });
  const [asking, setAsking] = useState(false);
  const forget = useMutation({
    mutationFn: () => forgetIncident(id),
    onSuccess: () => {
      setAsking(false);
      queries.removeQueries({ queryKey: ["helper", "incident", id] });
      return queries.invalidateQueries({ queryKey: ["helper", "talk", id] });
    },
  });
  return (
    <section className={styles.card} aria-label={text("helper.kept")}>
      <h2>{text("helper.kept")}</h2>
      {told && incident.data && !incident.isError ? (
        <>
          <Told key={incident.data.updated_at} id={id} incident={incident.data} />
          <div className={styles.actions}>
            <Button small tone="danger" onClick={() => setAsking(true)}>
              {text("helper.forget")}
            </Button>
          </div>
        </>
      ) : (
        <p className={styles.small}>{text("helper.kept_none")}</p>
      )}
      <ButtonAnchor small icon={Download} href={talkFileUrl(id)} download>
        {text("helper.export")}
      </ButtonAnchor>
      {asking ? (
        <AskDialog title={text("helper.forget_title")} action={text("helper.forget")} tone="danger" busy={forget.isPending} error={forget.error} onAct={() => forget.mutate()} onClose={() => setAsking(false)}>
          <p>{text("helper.forget_words")}</p>
        </AskDialog>
      ) : null}
    </section>
  );
}

function Told({ id, incident }: { id: string; incident: Incident }) {
  const text = useText();
  const queries = useQueryClient();
  const [words, setWords] = useState(incident.edited ? incident.summary : "");
  const change = useMutation({
    mutationFn: (body: Parameters<typeof changeIncident>[1]) => changeIncident(id, body),
    onSuccess: (now) => queries.setQueryData(incidentQuery(id).queryKey, now),
  });
  return (
    <>
      <dl className={styles.told}>
        {together(incident.answers).map(({ questions, label, answer }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <span>{answer}</span>
              <IconButton icon={X} size={15} label={text("helper.forget_one", { label })} disabled={change.isPending} onClick={() => change.mutate({ answers: Object.fromEntries(questions.map((one) => [one, ""])) })} />
            </dd>
          </div>
        ))}
      </dl>
      <label className={styles.words}>
        {text("helper.kept_words")}
        <textarea rows={3} value={words} maxLength={8000} onChange={(event) => setWords(event.target.value)} />
      </label>
      <div className={styles.actions}>
        <Button small busy={change.isPending} disabled={words === (incident.edited ? incident.summary : "")} onClick={() => change.mutate({ summary: words })}>
          {text("helper.save")}
        </Button>
      </div>
      {change.isError ? (
        <p role="alert" className={styles.error}>
          {explain(change.error, text)}
        </p>
      ) : null}
    </>
  );
}

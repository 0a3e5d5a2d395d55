import { Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Check, RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";

import { changeFlag, takeFlagBack, type Flag } from "~/api/flags";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { AskDialog } from "~/ui/AskDialog";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import admin from "../admin.module.css";

import { FlagHistory } from "./FlagHistory";
import styles from "./Flags.module.css";
import { WhoGetsWhat } from "./WhoGetsWhat";
import { BLANK, definitionOf, parseDefinition } from "./model";

const route = getRouteApi("/inside/shell/admin/flags");

/** One flag as JSON, with what is wrong with it, what somebody would get, and what was done to it; null: a new one. */
export function FlagEditor({ flag }: { flag: Flag | null }) {
  const text = useText();
  const queries = useQueryClient();
  const navigate = route.useNavigate();
  const [name, setName] = useState(flag?.name ?? "");
  const written = JSON.stringify(flag ? definitionOf(flag) : BLANK, null, 2);
  const [json, setJson] = useState(written);
  const [asking, setAsking] = useState(false);
  const { definition, fault } = parseDefinition(json);
  const saving = useMutation({
    mutationFn: () => changeFlag(name.trim(), { ...definition, ...(flag ? { version: flag.version } : { version: 0 }) }),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ["admin", "flags"] });
      notify(text("admin.flags.saved", { name: made.name }));
      await navigate({ search: { name: made.name }, replace: true });
    },
  });
  const removing = useMutation({
    mutationFn: () => takeFlagBack(name),
    onSuccess: async () => {
      setAsking(false);
      await queries.invalidateQueries({ queryKey: ["admin", "flags"] });
      if (!flag?.is_shipped) await navigate({ search: {}, replace: true });
      notify(text(flag?.is_shipped ? "admin.flags.asShipped" : "admin.flags.gone", { name }));
    },
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  const wrong = fault ? text("admin.flags.unreadable", { line: fault.line, message: fault.message }) : saving.error ? explain(saving.error, text) : null;
  return (
    <div className={styles.form}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (definition && name.trim()) saving.mutate();
        }}
      >
        {flag ? (
          <h2 className={admin.code}>{flag.name}</h2>
        ) : (
          <TextInput label={text("admin.flags.name")} description={text("admin.flags.nameHelp")} value={name} maxLength={100} onChange={(event) => setName(event.currentTarget.value)} />
        )}
        <Textarea
          autosize
          minRows={10}
          maxRows={24}
          spellCheck={false}
          label={text("admin.flags.definition")}
          description={text("admin.flags.definitionHelp")}
          value={json}
          error={wrong}
          classNames={{ input: styles.json ?? "" }}
          onChange={(event) => {
            setJson(event.currentTarget.value);
            saving.reset();
          }}
        />
        <div className={styles.buttons}>
          <Button type="submit" tone="accent" icon={Check} busy={saving.isPending} disabled={!definition || !name.trim() || (flag !== null && json === written)}>
            {text("admin.flags.save")}
          </Button>
          {flag?.is_set ? (
            <Button icon={flag.is_shipped ? RotateCcw : Trash2} onClick={() => setAsking(true)}>
              {text(flag.is_shipped ? "admin.flags.takeBack" : "admin.flags.remove")}
            </Button>
          ) : null}
        </div>
      </form>
      <WhoGetsWhat name={name.trim()} definition={definition} />
      {flag ? <FlagHistory name={flag.name} /> : null}
      {asking ? <Ask name={name} shipped={flag?.is_shipped ?? false} busy={removing.isPending} onNo={() => setAsking(false)} onYes={() => removing.mutate()} /> : null}
    </div>
  );
}

function Ask({ name, shipped, busy, onYes, onNo }: { name: string; shipped: boolean; busy: boolean; onYes: () => void; onNo: () => void }) {
  const text = useText();
  return (
    <AskDialog
      title={text(shipped ? "admin.flags.takeBackAsk" : "admin.flags.removeAsk", { name })}
      action={text(shipped ? "admin.flags.takeBack" : "admin.flags.remove")}
      busy={busy}
      onAct={onYes}
      onClose={onNo}
    >
      <p>{text(shipped ? "admin.flags.takeBackHelp" : "admin.flags.removeHelp")}</p>
    </AskDialog>
  );
}

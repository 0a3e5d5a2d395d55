import { PasswordInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, LogIn } from "lucide-react";
import { useState } from "react";

import { changePassword, linkLogin, loginsQuery, noticesQuery, removeLogin } from "~/api/account";
import { providersQuery } from "~/api/door";
import { sessionQuery } from "~/api/session";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Ago } from "~/ui/Ago";
import { AskDialog } from "~/ui/AskDialog";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";
import sheet from "~/ui/sheet.module.css";

import { Section } from "./Section";
import styles from "./Settings.module.css";

/** How one signs in: a password, and others that may say who one is. */
export function SignIn() {
  const text = useText();
  const queries = useQueryClient();
  const has = useQuery(sessionQuery).data?.has_password ?? false;
  const providers = useQuery(providersQuery).data?.items ?? [];
  const logins = useQuery(loginsQuery).data?.items ?? [];
  const notices = useQuery(noticesQuery).data?.items ?? [];
  const [changing, setChanging] = useState(false);
  const onError = (error: unknown) => notify(explain(error, text), { tone: "problem" });
  const linking = useMutation({ mutationFn: linkLogin, onSuccess: (address) => window.location.assign(address), onError });
  const removing = useMutation({ mutationFn: removeLogin, onSettled: () => queries.invalidateQueries({ queryKey: loginsQuery.queryKey }), onError });
  const nameOf = (id: string) => providers.find((one) => one.id === id)?.name ?? id;
  const free = providers.filter((one) => !logins.some((login) => login.provider === one.id));
  return (
    <Section title={text("account.signIn.title")} help={text("account.signIn.help")}>
      <ul className={sheet.list}>
        <li className={sheet.item}>
          <KeyRound size={19} strokeWidth={1.7} aria-hidden />
          <div className={sheet.words}>
            <strong>{text("door.password.label")}</strong>
            <span>{text(has ? "account.signIn.has" : "account.signIn.hasNot")}</span>
          </div>
          <Button small onClick={() => setChanging(true)}>
            {text(has ? "account.signIn.change" : "account.signIn.set")}
          </Button>
        </li>
        {logins.map((login) => (
          <li key={login.id} className={sheet.item}>
            <LogIn size={19} strokeWidth={1.7} aria-hidden />
            <div className={sheet.words}>
              <strong>{nameOf(login.provider)}</strong>
              <span>
                {text("account.signIn.since")} <Ago moment={login.last_used_at ?? login.created_at} />
              </span>
            </div>
            <Button small busy={removing.isPending && removing.variables === login.id} onClick={() => removing.mutate(login.id)}>
              {text("account.signIn.unlink")}
            </Button>
          </li>
        ))}
      </ul>
      {notices.length ? (
        <div>
          <h3 className={styles.label}>{text("account.signIn.others")}</h3>
          <ul className={sheet.list}>
            {notices.map((one) => (
              <li key={one.id} className={sheet.item}>
                <div className={sheet.words}>
                  <strong>{text(`account.signIn.did.${one.kind}`, { by: one.by ?? text("account.signIn.operator") })}</strong>
                  <span>
                    <Ago moment={one.at} />
                  </span>
                </div>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {free.length ? (
        <div className={sheet.buttons}>
          {free.map((one) => (
            <Button key={one.id} icon={LogIn} busy={linking.isPending && linking.variables === one.id} onClick={() => linking.mutate(one.id)}>
              {text("account.signIn.link", { name: one.name })}
            </Button>
          ))}
        </div>
      ) : null}
      {changing ? <Changing has={has} onClose={() => setChanging(false)} /> : null}
    </Section>
  );
}

function Changing({ has, onClose }: { has: boolean; onClose: () => void }) {
  const text = useText();
  const queries = useQueryClient();
  const [old, setOld] = useState("");
  const [password, setPassword] = useState("");
  const changing = useMutation({
    mutationFn: () => changePassword(has ? old : null, password),
    onSuccess: async () => {
      notify(text("account.signIn.changed"));
      onClose();
      await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  });
  const eye = { visibilityToggleButtonProps: { "aria-label": text("door.password.show") } };
  return (
    <AskDialog
      title={text(has ? "account.signIn.change" : "account.signIn.set")}
      action={text("common.save")}
      disabled={!password || (has && !old)}
      busy={changing.isPending}
      error={changing.error}
      onAct={() => changing.mutate()}
      onClose={onClose}
    >
      {has ? <PasswordInput {...eye} data-autofocus label={text("account.signIn.old")} autoComplete="current-password" value={old} maxLength={1024} onChange={(event) => setOld(event.currentTarget.value)} /> : null}
      <PasswordInput {...eye} label={text("door.password.new")} description={text("door.password.help")} autoComplete="new-password" value={password} maxLength={1024} onChange={(event) => setPassword(event.currentTarget.value)} />
    </AskDialog>
  );
}

import { PasswordInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { setSecret } from "~/api/family";
import { makeResetLink } from "~/api/session";
import type { ChildSignIn } from "~/api/types";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { AskDialog } from "~/ui/AskDialog";
import { Button } from "~/ui/Button";
import { Copyable } from "~/ui/Copyable";
import { explain } from "~/ui/Failure";
import { QrCode } from "~/ui/QrCode";

import { ChildPicture, PICTURES } from "../door/ChildPicture";

import styles from "./family.module.css";

/** How a child signs in: with a picture and a number on a paired device, or with a password that a link lets them set. */
export function Secret({ childId, name }: { childId: string; name: string }) {
  const text = useText();
  const [open, setOpen] = useState(false);
  const [picture, setPicture] = useState<ChildSignIn["picture"] | null>(null);
  const [pin, setPin] = useState("");
  const close = () => {
    setOpen(false);
    setPicture(null);
    setPin("");
  };
  const setting = useMutation({
    mutationFn: (chosen: ChildSignIn["picture"]) => setSecret(childId, chosen, pin),
    onSuccess: () => {
      close();
      notify(text("family.secret.done", { name }));
    },
  });
  const linking = useMutation({ mutationFn: () => makeResetLink(childId), onError: (error) => notify(explain(error, text), { tone: "problem" }) });
  return (
    <section aria-labelledby="child-secret">
      <h2 id="child-secret">{text("family.secret.title")}</h2>
      <p className={styles.dim}>{text("family.secret.help", { name })}</p>
      <div className={styles.buttons}>
        <Button onClick={() => setOpen(true)}>{text("family.secret.set")}</Button>
        <Button busy={linking.isPending} onClick={() => linking.mutate()}>
          {text("family.secret.password")}
        </Button>
      </div>
      {linking.data ? (
        <div className={styles.made}>
          <QrCode value={linking.data.address} label={text("family.secret.passwordQr")} size={148} />
          <div>
            <p>{text("family.secret.passwordHelp", { name })}</p>
            <Copyable value={linking.data.address} label={text("family.secret.passwordLink")} />
            <Button small onClick={() => linking.reset()}>
              {text("common.done")}
            </Button>
          </div>
        </div>
      ) : null}
      {open ? (
        <AskDialog
          title={text("family.secret.set")}
          action={text("common.save")}
          disabled={!picture || !/^\d{4,6}$/.test(pin)}
          busy={setting.isPending}
          error={setting.error}
          onAct={() => {
            if (picture) setting.mutate(picture);
          }}
          onClose={close}
        >
          <fieldset className={styles.pictures}>
            <legend>{text("family.secret.picture")}</legend>
            {PICTURES.map((key) => (
              <button key={key} type="button" aria-pressed={picture === key} aria-label={text(`door.pictures.${key}`)} onClick={() => setPicture(key)}>
                <ChildPicture name={key} size={44} />
              </button>
            ))}
          </fieldset>
          <PasswordInput
            label={text("family.secret.pin")}
            description={text("family.secret.pinHelp")}
            inputMode="numeric"
            autoComplete="off"
            value={pin}
            maxLength={6}
            visibilityToggleButtonProps={{ "aria-label": text("door.password.show") }}
            onChange={(event) => setPin(event.currentTarget.value.replace(/\D/g, ""))}
          />
        </AskDialog>
      ) : null}
    </section>
  );
}

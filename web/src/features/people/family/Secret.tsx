import { PasswordInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { setSecret } from "~/api/family";
import type { ChildSignIn } from "~/api/types";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { AskDialog } from "~/ui/AskDialog";
import { Button } from "~/ui/Button";

import { ChildPicture, PICTURES } from "../door/ChildPicture";

import styles from "./family.module.css";

/** The picture and the number that a child signs in with on a paired device. */
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
  return (
    <section aria-labelledby="child-secret">
      <h2 id="child-secret">{text("family.secret.title")}</h2>
      <p className={styles.dim}>{text("family.secret.help", { name })}</p>
      <Button onClick={() => setOpen(true)}>{text("family.secret.set")}</Button>
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

import { PasswordInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { resetPassword } from "~/api/door";
import { Problem } from "~/api/http";
import { useText } from "~/lib/language";
import { Button, ButtonLink } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import { DoorCard } from "./DoorCard";
import styles from "./door.module.css";
import { forgetToken, useEnter, useLinked } from "./useEnter";

/** `/reset#token=…`: a new password for who has forgotten the old one. */
export function ResetScreen() {
  const token = useLinked();
  return <Resetting key={token} token={token} />;
}

function Resetting({ token }: { token: string }) {
  const text = useText();
  const enter = useEnter();
  const [password, setPassword] = useState("");
  const setting = useMutation({
    mutationFn: () => resetPassword(token, password),
    onSuccess: async (known) => {
      forgetToken();
      if (known.user) await enter(known);
    },
  });
  // Where somebody else made the link for a teenager, it opens nothing: they come in by their password themselves.
  if (setting.data && !setting.data.user) {
    return (
      <DoorCard title={text("door.reset.done")}>
        <p role="status">{text("door.reset.nowSignIn")}</p>
        <ButtonLink to="/welcome">{text("door.toDoor")}</ButtonLink>
      </DoorCard>
    );
  }
  const gone = !token || (setting.error instanceof Problem && setting.error.status !== 422 && setting.error.status < 500);
  if (gone) {
    return (
      <DoorCard title={text("welcome.refused")}>
        <p role="alert">{text("door.reset.gone")}</p>
        <ButtonLink to="/welcome">{text("door.toDoor")}</ButtonLink>
      </DoorCard>
    );
  }
  return (
    <DoorCard title={text("door.reset.title")}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (password) setting.mutate();
        }}
      >
        <PasswordInput
          data-autofocus
          label={text("door.password.new")}
          description={text("door.password.help")}
          autoComplete="new-password"
          value={password}
          maxLength={1024}
          visibilityToggleButtonProps={{ "aria-label": text("door.password.show") }}
          error={setting.error ? explain(setting.error, text) : null}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" tone="accent" busy={setting.isPending} disabled={!password}>
          {text("door.reset.set")}
        </Button>
      </form>
    </DoorCard>
  );
}

import { PasswordInput, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { askForMail, signInByPassword } from "~/api/door";
import type { Session } from "~/api/types";
import { useText } from "~/lib/language";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import styles from "./door.module.css";

/** A name and a password; who has forgotten theirs gets mail where the server sends any, else learns who can help. */
export function PasswordForm({ onEnter }: { onEnter: (session: Session) => Promise<void> }) {
  const text = useText();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const signingIn = useMutation({ mutationFn: () => signInByPassword(name.trim(), password), onSuccess: onEnter, onError: () => setPassword("") });
  const forgetting = useMutation({ mutationFn: () => askForMail(name.trim()) });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() && password) signingIn.mutate();
      }}
    >
      <TextInput
        label={text("field.name")}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        value={name}
        maxLength={255}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordInput
        label={text("door.password.label")}
        autoComplete="current-password"
        value={password}
        maxLength={1024}
        visibilityToggleButtonProps={{ "aria-label": text("door.password.show") }}
        error={signingIn.error ? explain(signingIn.error, text) : null}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <Button type="submit" tone="accent" busy={signingIn.isPending} disabled={!name.trim() || !password}>
        {text("user.signIn")}
      </Button>
      {forgetting.isSuccess ? (
        <p role="status" className={styles.note}>
          {text(forgetting.data.mail ? "door.password.mailSent" : "door.password.noMail")}
        </p>
      ) : (
        <button type="button" className={styles.quiet} disabled={forgetting.isPending} onClick={() => (name.trim() ? forgetting.mutate() : document.querySelector<HTMLInputElement>("input[autocomplete=username]")?.focus())}>
          {text("door.password.forgotten")}
        </button>
      )}
    </form>
  );
}

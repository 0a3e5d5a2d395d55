import { TextInput } from "@mantine/core";
import { useState } from "react";

import { useText } from "~/lib/language";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import styles from "./door.module.css";

interface Props {
  longest: number;
  error: Error | null;
  busy: boolean;
  onCode: (code: string) => void;
}

/** Where a code is typed that is shown elsewhere. */
export function CodeForm({ longest, error, busy, onCode }: Props) {
  const text = useText();
  const [typed, setTyped] = useState("");
  const code = typed.trim();
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (code) onCode(code);
      }}
    >
      <TextInput
        label={text("door.allow.code")}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        value={typed}
        maxLength={longest}
        error={error ? explain(error, text) : null}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Button type="submit" tone="accent" busy={busy} disabled={!code}>
        {text("door.goOn")}
      </Button>
    </form>
  );
}

import { Checkbox, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { childrenQuery, codeQuery, decidePairing } from "~/api/door";
import { sessionQuery } from "~/api/session";
import { useText } from "~/lib/language";
import { ButtonLink } from "~/ui/Button";
import { Skeleton } from "~/ui/Skeleton";

import { CodeForm } from "./CodeForm";
import { Deciding } from "./Deciding";
import { DoorCard } from "./DoorCard";
import { SignInHere } from "./SignInHere";
import styles from "./door.module.css";

interface Props {
  code: string;
  onCode: (code: string) => void;
}

/** On the grown-up's device: is this the device, and who may sign in on it? */
export function PairDecision({ code, onCode }: Props) {
  const text = useText();
  const session = useQuery(sessionQuery);
  const signedIn = session.data?.user != null;
  const asked = useQuery({ ...codeQuery(code), enabled: signedIn && code !== "" });
  const children = useQuery({ ...childrenQuery, enabled: signedIn });
  const [name, setName] = useState("");
  const [number, setNumber] = useState("");
  const [left, setLeft] = useState<string[]>([]);
  const items = children.data?.items ?? [];
  const deciding = useMutation({
    mutationFn: (allow: boolean) =>
      decidePairing(code, { allow, number, name: name.trim() || (asked.data?.device_name ?? ""), children: items.filter((one) => !left.includes(one.id)).map((one) => one.id) }),
  });
  if (!signedIn) {
    return (
      <DoorCard title={text("door.pair.allow")}>
        <p>{text("door.pair.signIn")}</p>
        <SignInHere />
      </DoorCard>
    );
  }
  if (!code || asked.isError) {
    return (
      <DoorCard title={text("door.pair.allow")}>
        <p>{text("door.pair.type")}</p>
        <CodeForm longest={32} error={asked.error} busy={asked.isFetching} onCode={(typed) => onCode(typed.toUpperCase())} />
      </DoorCard>
    );
  }
  if (!asked.data || !children.data) {
    return (
      <DoorCard title={text("door.pair.allow")}>
        <Skeleton width={320} height={160} round={14} />
      </DoorCard>
    );
  }
  if (deciding.isSuccess || asked.data.state !== "open") {
    const allowed = deciding.isSuccess ? deciding.variables : asked.data.state === "allowed";
    return (
      <DoorCard title={text(allowed ? "door.pair.allowed" : "door.pair.refused")}>
        {allowed ? (
          <>
            <p>{text("door.pair.next")}</p>
            <div className={styles.buttons}>
              {items
                .filter((one) => !left.includes(one.id))
                .map((one) => (
                  <Link key={one.id} to="/family/children/$childId" params={{ childId: one.id }} hash="child-secret" className={styles.quiet}>
                    {text("door.pair.secret", { name: one.name })}
                  </Link>
                ))}
            </div>
          </>
        ) : null}
        <ButtonLink to="/family" tone="accent">
          {text("door.allow.toFamily")}
        </ButtonLink>
      </DoorCard>
    );
  }
  return (
    <DoorCard title={text("door.pair.allow")}>
      <p>{text("door.pair.compare")}</p>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          deciding.mutate(true);
        }}
      >
        <TextInput label={text("door.pair.which")} inputMode="numeric" autoComplete="off" value={number} maxLength={2} onChange={(event) => setNumber(event.currentTarget.value)} />
        <TextInput label={text("door.pair.name")} placeholder={asked.data.device_name} value={name} maxLength={100} onChange={(event) => setName(event.currentTarget.value)} />
        <fieldset className={styles.question}>
          <legend>{text("door.pair.who")}</legend>
          {items.length ? null : <p>{text("door.pair.nobody")}</p>}
          {items.map((child) => (
            <Checkbox
              key={child.id}
              label={child.name}
              checked={!left.includes(child.id)}
              onChange={(event) => {
                const yes = event.currentTarget.checked;
                setLeft((before) => (yes ? before.filter((one) => one !== child.id) : [...before, child.id]));
              }}
            />
          ))}
        </fieldset>
        <Deciding inForm deciding={deciding} no={text("door.pair.no")} yes={text("door.pair.yes")} disabled={number.length < 2 || items.length === left.length} />
      </form>
    </DoorCard>
  );
}

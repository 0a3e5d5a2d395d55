import { TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { acceptOffer, offerQuery } from "~/api/door";
import { sessionQuery } from "~/api/session";
import { useLanguage, useText } from "~/lib/language";
import { Button, ButtonLink } from "~/ui/Button";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import { DoorCard } from "./DoorCard";
import { Providers } from "./Providers";
import styles from "./door.module.css";
import { forgetToken, useEnter, useLinked } from "./useEnter";

/** `/join#token=…`: somebody was invited into a family or a class. */
export function JoinScreen() {
  const token = useLinked();
  return <Offered key={token} token={token} />;
}

function Offered({ token }: { token: string }) {
  const text = useText();
  const { language } = useLanguage();
  const enter = useEnter();
  const [name, setName] = useState("");
  const session = useQuery(sessionQuery);
  const offer = useQuery({ ...offerQuery(token), enabled: token !== "" });
  const user = session.data?.user ?? null;
  const joining = useMutation({
    mutationFn: () => acceptOffer(token, user ? null : name.trim(), language),
    onSuccess: async (known) => {
      forgetToken();
      await enter(known);
    },
  });
  useEffect(() => {
    if (offer.isError) forgetToken();
  }, [offer.isError]);
  if (!token || offer.isError) {
    return (
      <DoorCard title={text("door.join.gone")}>
        {offer.error ? <p role="alert">{explain(offer.error, text)}</p> : <p>{text("door.join.noToken")}</p>}
        <p className={styles.note}>{text("door.join.askAgain")}</p>
        <ButtonLink to="/welcome">{text("door.toDoor")}</ButtonLink>
      </DoorCard>
    );
  }
  if (!offer.data || session.isPending) {
    return (
      <DoorCard title={text("door.join.title")}>
        <Skeleton width={260} height={120} round={14} />
      </DoorCard>
    );
  }
  if (session.isError) return <Failure whole error={session.error} retry={() => void session.refetch()} />;
  const { collective, kind, inviter, age_class: age, for_guardian: forGuardian } = offer.data;
  return (
    <DoorCard title={text("door.join.into", { collective })}>
      <p>{text(forGuardian ? "door.join.asGuardian" : `door.join.by.${kind}`, { inviter })}</p>
      {age && age !== "adult" ? <p className={styles.note}>{text("door.join.young")}</p> : null}
      {user ? (
        <>
          <p className={styles.note}>{text("door.join.asUser", { name: user.name })}</p>
          {joining.error ? (
            <p role="alert" className={styles.reason}>
              {explain(joining.error, text)}
            </p>
          ) : null}
          <Button tone="accent" busy={joining.isPending} onClick={() => joining.mutate()}>
            {text("door.join.accept")}
          </Button>
        </>
      ) : (
        <>
          <form
            className={styles.form}
            onSubmit={(event) => {
              event.preventDefault();
              if (name.trim()) joining.mutate();
            }}
          >
            <TextInput
              label={text("door.join.name")}
              description={text("door.join.nameHelp")}
              autoComplete="nickname"
              value={name}
              maxLength={200}
              error={joining.error ? explain(joining.error, text) : null}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button type="submit" tone="accent" busy={joining.isPending} disabled={!name.trim()}>
              {text("door.join.accept")}
            </Button>
          </form>
          <Providers invitation={token} />
        </>
      )}
    </DoorCard>
  );
}

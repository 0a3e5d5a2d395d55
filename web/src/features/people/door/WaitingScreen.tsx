import { NumberInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { agree, consentsQuery } from "~/api/door";
import { nextRoom, sessionQuery, signOut } from "~/api/session";
import type { Consent } from "~/api/types";
import { useText } from "~/lib/language";
import { AskGrownUp } from "~/ui/AskGrownUp";
import { Button } from "~/ui/Button";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import { DoorCard } from "./DoorCard";
import { Policies } from "./Policies";
import styles from "./door.module.css";
import { useEnter } from "./useEnter";

const EVERY = 3_000;

/** What somebody still has to agree to, or somebody for them. Goes on by itself when that is done, on whatever device. */
export function WaitingScreen() {
  const text = useText();
  const enter = useEnter();
  const session = useQuery({ ...sessionQuery, refetchInterval: EVERY, staleTime: 0 });
  const consents = useQuery({ ...consentsQuery, refetchInterval: EVERY });
  const leaving = useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      const { data } = await session.refetch();
      if (data) await enter(data);
    },
  });
  const known = session.data;
  useEffect(() => {
    if (known && nextRoom(known) !== "/waiting") void enter(known);
  }, [known, enter]);

  const name = known?.user?.name ?? "";
  if (consents.isError) return <Failure whole error={consents.error} retry={() => void consents.refetch()} />;
  const needed = consents.data?.items.filter((item) => item.policy.purpose === "account" && !item.held) ?? [];
  const own = needed.filter((item) => item.whose === "own");
  const guardians = consents.data?.items.filter((item) => item.whose === "guardian" && item.asked && !item.held) ?? [];
  const state = consents.data?.requests.at(0);

  return (
    <DoorCard wide title={text(own.length ? "door.waiting.own" : "door.waiting.title", { name })}>
      {!consents.data ? (
        <Skeleton width={360} height={180} round={14} />
      ) : own.length ? (
        <>
          <p>{text("door.waiting.ownHelp")}</p>
          {own.map((item) => (
            <Own key={item.policy.purpose} item={item} onAgreed={() => void session.refetch()} />
          ))}
        </>
      ) : (
        <>
          <p>{text("door.waiting.help")}</p>
          <AskGrownUp waits={state === "waiting"} />
          <p role="status" className={state === "waiting" ? styles.breath : undefined}>
            {text(`door.waiting.state.${state ?? "none"}`)}
          </p>
          {guardians.length ? (
            <>
              <h2 className={styles.heading}>{text("door.waiting.what")}</h2>
              <Policies folded policies={guardians.map((item) => item.policy)} />
            </>
          ) : null}
        </>
      )}
      <button type="button" className={styles.quiet} disabled={leaving.isPending} onClick={() => leaving.mutate()}>
        {text("user.signOut")}
      </button>
    </DoorCard>
  );
}

/** What a young person may agree to themselves. */
function Own({ item, onAgreed }: { item: Consent; onAgreed: () => void }) {
  const text = useText();
  const [age, setAge] = useState<number | "">("");
  const agreeing = useMutation({ mutationFn: () => agree(item.policy.purpose, item.policy.version, age === "" ? null : age), onSuccess: onAgreed });
  return (
    <>
      <Policies policies={[item.policy]} />
      {item.declare_age === null ? null : (
        <NumberInput label={text("door.waiting.age", { age: item.declare_age })} min={0} max={120} allowDecimal={false} value={age} onChange={(value) => setAge(typeof value === "number" ? value : "")} />
      )}
      {agreeing.error ? (
        <p role="alert" className={styles.reason}>
          {explain(agreeing.error, text)}
        </p>
      ) : null}
      <Button tone="accent" busy={agreeing.isPending} disabled={item.declare_age !== null && age === ""} onClick={() => agreeing.mutate()}>
        {text("door.consent.agree")}
      </Button>
    </>
  );
}

import { Checkbox } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { decide, requestQuery } from "~/api/door";
import { Problem } from "~/api/http";
import { sessionQuery } from "~/api/session";
import type { ConsentRequest, Purpose } from "~/api/types";
import { useText } from "~/lib/language";
import { Button, ButtonLink } from "~/ui/Button";
import { explain } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import { CodeForm } from "./CodeForm";
import { Deciding } from "./Deciding";
import { DoorCard } from "./DoorCard";
import { Policies } from "./Policies";
import { Providers } from "./Providers";
import { SignInHere } from "./SignInHere";
import styles from "./door.module.css";
import { useLinked } from "./useEnter";

/** `/allow#token=…`, or a code typed: a grown-up says yes or no to what a child asks. */
export function AllowScreen() {
  const linked = useLinked();
  return <Looking key={linked} linked={linked} />;
}

function Looking({ linked }: { linked: string }) {
  const text = useText();
  const [secret, setSecret] = useState(linked);
  const request = useQuery({ ...requestQuery(secret), enabled: secret !== "" });
  if (!secret || (request.error instanceof Problem && request.error.status < 500)) {
    return (
      <DoorCard title={text("door.allow.title")}>
        <p>{text("door.allow.type")}</p>
        <CodeForm longest={64} error={request.error} busy={request.isFetching} onCode={setSecret} />
      </DoorCard>
    );
  }
  if (request.error) {
    return (
      <DoorCard title={text("door.allow.title")}>
        <p role="alert">{explain(request.error, text)}</p>
        <Button onClick={() => void request.refetch()}>{text("failure.retry")}</Button>
      </DoorCard>
    );
  }
  if (!request.data) {
    return (
      <DoorCard title={text("door.allow.title")}>
        <Skeleton width={360} height={180} round={14} />
      </DoorCard>
    );
  }
  return <Asked key={secret} request={request.data} secret={secret} />;
}

function Asked({ request, secret }: { request: ConsentRequest; secret: string }) {
  const text = useText();
  const session = useQuery(sessionQuery);
  const [left, setLeft] = useState<Purpose[]>([]);
  const [all, setAll] = useState(false);
  const deciding = useMutation({
    mutationFn: (approve: boolean) =>
      decide(secret, { approve, whom: all ? "collective" : "one", ...(approve ? { purposes: request.purposes.filter((purpose) => !left.includes(purpose)) } : {}) }),
  });
  const state = deciding.data?.state ?? request.state;
  const child = request.child;
  if (state !== "waiting") {
    return (
      <DoorCard title={text(deciding.data || (state !== "approved" && state !== "declined") ? `door.allow.done.${state}` : `door.allow.already.${state}`, { child })}>
        <p>{text(state === "approved" ? "door.allow.after" : "door.allow.afterNo", { child })}</p>
        {session.data?.user ? (
          <ButtonLink to="/family" tone="accent">
            {text("door.allow.toFamily")}
          </ButtonLink>
        ) : null}
      </DoorCard>
    );
  }
  return (
    <DoorCard wide title={text("door.allow.asks", { child })}>
      <p>{text("door.allow.help", { child })}</p>
      <Policies
        policies={request.policies}
        foot={(policy) =>
          request.mine ? (
            <Checkbox
              label={text("door.allow.allow")}
              checked={!left.includes(policy.purpose)}
              onChange={(event) => {
                const yes = event.currentTarget.checked;
                setLeft((before) => (yes ? before.filter((one) => one !== policy.purpose) : [...before, policy.purpose]));
              }}
            />
          ) : null
        }
      />
      {!session.data?.user ? (
        <>
          <p className={styles.lead}>{text("door.allow.signIn")}</p>
          <SignInHere />
          <Providers />
          <Link to="/welcome" className={styles.quiet}>
            {text("door.allow.otherwise")}
          </Link>
        </>
      ) : request.mine ? (
        <>
          <Checkbox className={styles.ticked} label={text("door.allow.all")} description={text("door.allow.allHelp")} checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />
          <Deciding deciding={deciding} no={text("door.allow.no")} yes={text("door.allow.yes", { child })} disabled={left.length === request.purposes.length} />
          <p className={styles.note}>{text("door.allow.later")}</p>
        </>
      ) : (
        <p role="alert" className={styles.reason}>
          {text("door.allow.notMine", { name: session.data.user.name, child })}
        </p>
      )}
    </DoorCard>
  );
}

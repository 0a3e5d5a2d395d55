import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { askToPair, claim } from "~/api/door";
import { Problem } from "~/api/http";
import { sessionQuery } from "~/api/session";
import { useText } from "~/lib/language";
import { Button, ButtonLink } from "~/ui/Button";
import { explain } from "~/ui/Failure";
import { QrCode } from "~/ui/QrCode";

import { DoorCard } from "./DoorCard";
import { PairDecision } from "./PairDecision";
import styles from "./door.module.css";
import { useLinked } from "./useEnter";

/** `/pair`: on a child's device, the code that a grown-up allows; with a code, on the grown-up's, the question. */
export function PairScreen() {
  const linked = useLinked("code");
  return <Pairing key={linked} linked={linked} />;
}

function Pairing({ linked }: { linked: string }) {
  const [code, setCode] = useState(linked);
  const user = useQuery(sessionQuery).data?.user;
  if (code || user) return <PairDecision code={code} onCode={setCode} />;
  return <Asking />;
}

function Asking() {
  const text = useText();
  const asking = useMutation({ mutationFn: askToPair });
  const { mutate } = asking;
  useEffect(() => mutate(), [mutate]);
  const code = asking.data;
  const claiming = useQuery({
    queryKey: ["pairing-claim", code?.device_code],
    queryFn: () => claim(code?.device_code ?? ""),
    enabled: code !== undefined,
    retry: (_, error) => error instanceof Problem && error.status === 425,
    retryDelay: (code?.interval ?? 5) * 1000,
    gcTime: 0,
  });
  if (claiming.data?.paired) {
    return (
      <DoorCard title={text("door.pair.done")}>
        <p>{text("door.pair.doneHelp")}</p>
        {/* A whole new page, which asks who may sign in here. */}
        <Button tone="accent" onClick={() => window.location.assign("welcome")}>
          {text("door.goOn")}
        </Button>
      </DoorCard>
    );
  }
  const ended = asking.error ?? (claiming.isError ? claiming.error : null);
  return (
    <DoorCard title={text("door.pair.title")}>
      {ended ? (
        <>
          <p role="alert">{explain(ended, text)}</p>
          <Button tone="accent" onClick={() => mutate()}>
            {text("door.pair.again")}
          </Button>
        </>
      ) : (
        <>
          <p>{text("door.pair.help")}</p>
          <div className={styles.share}>
            {code ? (
              <>
                <QrCode value={code.address} label={text("door.pair.qr")} size={176} />
                <span className={styles.code}>{code.user_code}</span>
                <p className={styles.note}>{text("door.pair.number")}</p>
                <span className={styles.number}>{code.number}</span>
              </>
            ) : null}
          </div>
          <p role="status" className={styles.breath}>
            {text("door.pair.waiting")}
          </p>
        </>
      )}
      <ButtonLink to="/welcome">{text("door.back")}</ButtonLink>
    </DoorCard>
  );
}

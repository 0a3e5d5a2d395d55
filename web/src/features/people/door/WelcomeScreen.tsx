import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";

import { childrenHereQuery } from "~/api/door";
import { Problem } from "~/api/http";
import { nextRoom, sessionQuery, signIn } from "~/api/session";
import { useText } from "~/lib/language";
import { Button, ButtonLink } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import { ChildrenHere } from "./ChildrenHere";
import { DoorCard } from "./DoorCard";
import { PasswordForm } from "./PasswordForm";
import { Providers } from "./Providers";
import styles from "./door.module.css";
import { forgetToken, tokenOf, useEnter, useLinked } from "./useEnter";

/** Signs a person in: by a one-time link at once, else with a picture, a name and password, or another's account. */
export function WelcomeScreen() {
  const token = useLinked();
  return <Welcome key={token} token={token} />;
}

function Welcome({ token }: { token: string }) {
  const text = useText();
  const enter = useEnter();
  const [turnedAway] = useState(() => new URLSearchParams(window.location.search).get("error"));
  const [grown, setGrown] = useState(false);
  const tried = useRef(false);
  const session = useQuery(sessionQuery);
  const here = useQuery(childrenHereQuery);

  const signingIn = useMutation({ mutationFn: signIn, onSuccess: enter, onSettled: forgetToken });
  const { mutate } = signingIn;
  useEffect(() => {
    if (!token || tried.current) return;
    tried.current = true;
    mutate(token);
  }, [token, mutate]);

  const user = session.data?.user;
  const refused = signingIn.error instanceof Problem && signingIn.error.status < 500;
  const waiting = signingIn.isPending || (token && !signingIn.isError);
  const title = text(waiting ? "welcome.opening" : refused ? "welcome.refused" : user ? "welcome.back" : "welcome.title");
  const children = here.data?.paired ? here.data.items : [];

  if (waiting) return <DoorCard title={title}>{null}</DoorCard>;
  if (user && session.data && !signingIn.isError) {
    return (
      <DoorCard title={title}>
        <p>{text("welcome.signedIn", { name: user.name })}</p>
        <ButtonLink to={nextRoom(session.data)} tone="accent">
          {text(nextRoom(session.data) === "/" ? "welcome.toShelf" : "door.goOn")}
        </ButtonLink>
      </DoorCard>
    );
  }
  if (children.length && !grown) {
    return (
      <DoorCard title={text("door.children.title")}>
        <ChildrenHere onEnter={enter} items={children} pictures={here.data?.pictures ?? []} />
        <button type="button" className={styles.quiet} onClick={() => setGrown(true)}>
          {text("door.children.grown")}
        </button>
      </DoorCard>
    );
  }
  return (
    <DoorCard title={title}>
      {signingIn.isError ? (
        <p role="alert" className={styles.reason}>
          {refused ? text("welcome.refusedWhy") : explain(signingIn.error, text)}
        </p>
      ) : null}
      {turnedAway ? (
        <p role="alert" className={styles.reason}>
          {text("door.turnedAway", { code: turnedAway })}
        </p>
      ) : null}
      <PasswordForm onEnter={enter} />
      <Providers />
      <ByLink onToken={mutate} busy={signingIn.isPending} first={signingIn.isError} />
      <div className={styles.quietRow}>
        <Link to="/pair" className={styles.quiet}>
          {text("door.pair.forChild")}
        </Link>
        {session.data?.public_reading ? (
          <Link to="/" className={styles.quiet}>
            {text("welcome.readWithout")}
          </Link>
        ) : null}
      </div>
    </DoorCard>
  );
}

/** For who has no password: how to come by a link, and where to put it. */
function ByLink({ onToken, busy, first }: { onToken: (token: string) => void; busy: boolean; first: boolean }) {
  const text = useText();
  const [open, setOpen] = useState(first);
  const [pasted, setPasted] = useState("");
  return (
    <>
      <button type="button" className={styles.quiet} aria-expanded={open} onClick={() => setOpen(!open)}>
        {text("door.link.how")}
      </button>
      {open ? (
        <div className={styles.notes}>
          <p className={styles.note}>{text("door.link.others")}</p>
          <div>
            <p className={styles.note}>{text("door.link.yours")}</p>
            <code className={styles.command}>./fumetto user token</code>
          </div>
          <form
            className={styles.pasting}
            onSubmit={(event) => {
              event.preventDefault();
              const given = pasted.includes("#") ? tokenOf(pasted) : pasted.trim();
              if (given) onToken(given);
            }}
          >
            <label htmlFor="link">{text("welcome.paste")}</label>
            <div>
              <input id="link" value={pasted} autoComplete="off" spellCheck={false} onChange={(event) => setPasted(event.target.value)} />
              <Button type="submit" busy={busy} disabled={!pasted.trim()}>
                {text("user.signIn")}
              </Button>
            </div>
          </form>
        </div>
      ) : null}
    </>
  );
}

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";

import { Problem } from "~/api/http";
import { sessionQuery, signIn } from "~/api/session";
import { isLanguage, LANGUAGES, useLanguage, useText, type Language } from "~/lib/language";
import { Button, ButtonLink } from "~/ui/Button";
import { explain } from "~/ui/Failure";
import { Mark } from "~/ui/Mark";
import { useTitle } from "~/ui/useTitle";

import styles from "./WelcomeScreen.module.css";

/** The token of a one-time link, from the part of the address that is never sent to a server or written to its logs. */
function tokenOf(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, "")).get("token") ?? "";
}

/** Signs a person in who came by a one-time link, and tells everybody else how to get one. */
export function WelcomeScreen() {
  const text = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { language, choose } = useLanguage();
  const [token] = useState(() => tokenOf(window.location.hash));
  const [pasted, setPasted] = useState("");
  const tried = useRef(false);
  const session = useQuery(sessionQuery);
  useTitle(text("welcome.title"));

  const signingIn = useMutation({
    mutationFn: signIn,
    onSuccess: async (known) => {
      // What another person saw on this device goes; the mutation that is under way stays.
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
      queries.setQueryData(sessionQuery.queryKey, known);
      const theirs = known.user?.language ?? "";
      if (isLanguage(theirs) && theirs !== language) await choose(theirs).catch(() => undefined);
      await navigate({ to: "/", replace: true });
    },
    onSettled: () => window.history.replaceState(window.history.state, "", window.location.pathname),
  });
  const { mutate } = signingIn;
  useEffect(() => {
    if (!token || tried.current) return;
    tried.current = true;
    mutate(token);
  }, [token, mutate]);

  const user = session.data?.user;
  const refused = signingIn.error instanceof Problem && signingIn.error.status < 500;
  const waiting = signingIn.isPending || (token && !signingIn.isError);
  return (
    <div className={styles.screen}>
      <main className={styles.card}>
        <Mark size={52} />
        <h1>{text(waiting ? "welcome.opening" : refused ? "welcome.refused" : user ? "welcome.back" : "welcome.title")}</h1>
        {waiting ? null : user && !signingIn.isError ? (
          <>
            <p>{text("welcome.signedIn", { name: user.name })}</p>
            <ButtonLink to="/" tone="accent">
              {text("welcome.toShelf")}
            </ButtonLink>
          </>
        ) : (
          <>
            {signingIn.isError ? (
              <p role="alert" className={styles.reason}>
                {refused ? text("welcome.refusedWhy") : explain(signingIn.error, text)}
              </p>
            ) : (
              <p>{text("welcome.detail")}</p>
            )}
            <ol className={styles.ways}>
              <li>
                <strong>{text("welcome.yours")}</strong>
                <span>{text("welcome.yoursHow")}</span>
                <code>./fumetto user token</code>
              </li>
              <li>
                <strong>{text("welcome.others")}</strong>
                <span>{text("welcome.othersHow")}</span>
              </li>
            </ol>
            <form
              className={styles.form}
              onSubmit={(event) => {
                event.preventDefault();
                const given = pasted.includes("#") ? tokenOf(pasted.slice(pasted.indexOf("#"))) : pasted.trim();
                if (given) mutate(given);
              }}
            >
              <label htmlFor="link">{text("welcome.paste")}</label>
              <div>
                <input id="link" value={pasted} autoComplete="off" spellCheck={false} onChange={(event) => setPasted(event.target.value)} />
                <Button type="submit" tone="accent" busy={signingIn.isPending} disabled={!pasted.trim()}>
                  {text("user.signIn")}
                </Button>
              </div>
            </form>
            {session.data?.public_reading ? (
              <Link to="/" className={styles.public}>
                {text("welcome.readWithout")}
              </Link>
            ) : null}
          </>
        )}
      </main>
      <div className={styles.languages}>
        {Object.entries(LANGUAGES).map(([tag, name]) => (
          <button key={tag} type="button" lang={tag} aria-pressed={tag === language} onClick={() => void choose(tag as Language).catch(() => undefined)}>
            {name}
          </button>
        ))}
      </div>
    </div>
  );
}

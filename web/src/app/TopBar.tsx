import { useHotkeys } from "@mantine/hooks";
import { useNavigate, useRouterState } from "@tanstack/react-router";
import { Plus, Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import type { Session } from "~/api/types";
import { useText } from "~/lib/language";
import { ButtonLink, IconButton } from "~/ui/Button";

import styles from "./TopBar.module.css";
import { UserMenu } from "./UserMenu";
import { ActivityIndicator } from "./activity/ActivityIndicator";

export function TopBar({ session }: { session: Session }) {
  const text = useText();
  const mayImport = session.user?.role === "owner" || session.user?.role === "editor";
  return (
    <header className={styles.bar}>
      <SearchField />
      {mayImport ? (
        <ButtonLink to="/import" tone="ink" icon={Plus} className={styles.add ?? ""} aria-label={text("shell.add")}>
          <span className={styles.addWords}>{text("shell.add")}</span>
        </ButtonLink>
      ) : null}
      <span className={styles.rest}>
        {session.user ? <ActivityIndicator mayCancel={mayImport} /> : null}
        <UserMenu session={session} />
      </span>
    </header>
  );
}

const PAUSE = 180;

/** Searches titles: typing on the shelf narrows it, anywhere else Enter goes there. */
function SearchField() {
  const text = useText();
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const shown = useRouterState({
    select: ({ location }) => (location.pathname === "/" ? ((location.search as { search?: string }).search ?? "") : ""),
  });
  const onShelf = useRouterState({ select: ({ location }) => location.pathname === "/" });
  const [typed, setTyped] = useState(shown);
  const [last, setLast] = useState(shown);
  // The address changed by itself (back, a cleared filter): the field follows it.
  if (last !== shown) {
    setLast(shown);
    setTyped(shown);
  }

  useHotkeys([["/", () => field.current?.focus()]]);

  const search = (words: string) =>
    void navigate({ to: "/", search: (before) => ({ ...before, search: words.trim() || undefined }), replace: onShelf });

  useEffect(() => {
    if (!onShelf || typed.trim() === shown) return;
    const timer = setTimeout(() => search(typed), PAUSE);
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only what was typed starts the wait
  }, [typed]);

  return (
    <search className={styles.search}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          search(typed);
        }}
      >
        <Search className={styles.glass} size={17} strokeWidth={1.7} aria-hidden />
        <input
          ref={field}
          type="search"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            if (typed) setTyped("");
            else event.currentTarget.blur();
          }}
          placeholder={text("shell.search")}
          aria-label={text("shell.search")}
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="search"
        />
        {typed ? (
          <IconButton className={styles.clear} icon={X} size={16} label={text("shell.clearSearch")} onClick={() => setTyped("")} />
        ) : (
          <kbd aria-hidden>/</kbd>
        )}
      </form>
    </search>
  );
}

import { useNavigate, useRouterState } from "@tanstack/react-router";
import { Plus, Search, X } from "lucide-react";

import type { Session } from "~/api/types";
import { useText } from "~/lib/language";
import { openSearch } from "~/lib/palette";
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

/** Looks like a field and opens the search. On a shelf narrowed by title it says by what, and lifts that. */
function SearchField() {
  const text = useText();
  const navigate = useNavigate();
  const narrowed = useRouterState({
    select: ({ location }) => (location.pathname === "/" ? ((location.search as { search?: string }).search ?? "") : ""),
  });
  return (
    <search className={styles.search}>
      <button type="button" className={styles.field} aria-label={[text("shell.search"), narrowed].filter(Boolean).join(": ")} aria-haspopup="dialog" aria-keyshortcuts="/ Control+K Meta+K" onClick={() => openSearch(narrowed)}>
        <Search size={17} strokeWidth={1.7} aria-hidden />
        <span data-words={narrowed || undefined}>{narrowed || text("shell.search")}</span>
        {narrowed ? null : <kbd aria-hidden>/</kbd>}
      </button>
      {narrowed ? (
        <IconButton
          className={styles.clear}
          icon={X}
          size={16}
          label={text("shell.clearSearch")}
          onClick={() => void navigate({ to: "/", search: (before) => ({ ...before, search: undefined }), replace: true })}
        />
      ) : null}
    </search>
  );
}

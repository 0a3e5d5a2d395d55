import { useMediaQuery } from "@mantine/hooks";
import { useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { FileText, FolderInput, HeartHandshake, LibraryBig, ListOrdered, Settings, UsersRound, Wrench } from "lucide-react";
import { useEffect, useRef } from "react";

import { sessionQuery } from "~/api/session";
import type { Role } from "~/api/types";
import { useText } from "~/lib/language";
import { hasWaitingTurns } from "~/lib/waitingTurns";
import { type Icon } from "~/ui/Button";
import { Mark } from "~/ui/Mark";
import { Notices } from "~/ui/Notices";

import { KeysSheet } from "./KeysSheet";
import styles from "./Shell.module.css";
import { TopBar } from "./TopBar";
import { useActivityEvents } from "./activity/events";

interface Room {
  to: "/" | "/lists" | "/import" | "/helper" | "/documents" | "/family" | "/admin" | "/settings";
  also: string[];
  label: string;
  /** For the bar at the foot of a phone. */
  short?: string;
  icon: Icon;
  /** Who may enter; everybody where it is absent. */
  roles?: Role[];
  /** Not in the bar at the foot of a phone, which has room for five: there it is in the menu of the person. */
  wide?: boolean;
}

const rooms: Room[] = [
  { to: "/", also: ["/series"], label: "rooms.shelf", icon: LibraryBig },
  { to: "/lists", also: ["/collections", "/reading-lists"], label: "rooms.lists", short: "rooms.listsShort", icon: ListOrdered, roles: ["owner", "editor", "reader"] },
  { to: "/import", also: [], label: "rooms.import", icon: FolderInput, roles: ["owner", "editor"] },
  { to: "/helper", also: [], label: "helper.room", icon: HeartHandshake, roles: ["owner", "editor", "reader"] },
  { to: "/documents", also: [], label: "helper.docs.room", icon: FileText, roles: ["owner"], wide: true },
  { to: "/family", also: [], label: "rooms.family", short: "rooms.familyShort", icon: UsersRound, roles: ["owner", "editor", "reader"], wide: true },
  { to: "/admin", also: [], label: "rooms.admin", icon: Wrench, roles: ["owner"], wide: true },
  { to: "/settings", also: [], label: "rooms.settings", icon: Settings, roles: ["owner", "editor", "reader"] },
];

export function Shell() {
  const text = useText();
  const session = useSuspenseQuery(sessionQuery).data;
  const path = useRouterState({ select: (state) => state.location.pathname });
  const coming = useRouterState({ select: (state) => state.isLoading });
  const narrow = useMediaQuery("(max-width: 720px)", window.matchMedia("(max-width: 720px)").matches);
  const main = useRef<HTMLElement>(null);
  const role = session.user?.role;
  useActivityEvents(role !== undefined);
  useFocusOnArrival(main, path);
  useWaitingTurns(session.user?.id);

  // Whoever adds no books has room for their family there; a child has no need of it.
  const looksAfter = role === "reader" && session.user?.is_minor === false;
  const open = rooms.filter((room) => !(narrow && room.wide) || (room.to === "/family" && looksAfter)).filter((room) => !room.roles || (role && room.roles.includes(role)));
  const items = open.map((room) => {
    const here = path === room.to || [...room.also, ...(room.to === "/" ? [] : [room.to])].some((start) => path.startsWith(start));
    const Sign = room.icon;
    return (
      <Link key={room.to} to={room.to} className={styles.room} data-here={here || undefined} aria-current={here ? "page" : undefined}>
        <Sign size={narrow ? 20 : 18} strokeWidth={1.7} aria-hidden />
        <span>{text(narrow ? (room.short ?? room.label) : room.label)}</span>
      </Link>
    );
  });
  const last = items.length > 3 ? items.at(-1) : null;

  return (
    <div className={styles.shell}>
      <button type="button" className={styles.skip} onClick={() => main.current?.focus()}>
        {text("shell.skip")}
      </button>
      <nav className={styles.rail} aria-label={text("shell.rooms")}>
        <Link to="/" className={styles.brand} aria-label={text("shell.home")}>
          <Mark size={29} />
          <span>Fumetto</span>
        </Link>
        {narrow ? (
          items
        ) : (
          <>
            <div className={styles.rooms}>{last ? items.slice(0, -1) : items}</div>
            <div className={styles.rooms}>{last}</div>
          </>
        )}
      </nav>
      <span className={styles.coming} data-on={coming || undefined} aria-hidden />
      <div className={styles.side}>
        <TopBar session={session} />
        <main ref={main} tabIndex={-1} className={styles.main} id="main" aria-busy={coming || undefined}>
          <Outlet />
        </main>
      </div>
      <Notices />
      <KeysSheet />
    </div>
  );
}

/** Sends page turns that the browser was closed on, once. */
function useWaitingTurns(reader: string | undefined) {
  const queries = useQueryClient();
  useEffect(() => {
    if (!reader || sent.has(reader) || !hasWaitingTurns(reader)) return;
    sent.add(reader);
    // Should this part not come now, the turns wait on.
    import("~/features/reader/useTurnLog").then(({ sendWaitingTurns }) => sendWaitingTurns(reader, queries)).catch(() => sent.delete(reader));
  }, [reader, queries]);
}

const sent = new Set<string>();

/** Moves the focus to the new screen when the path changes, so that a screen reader and the keyboard start there. */
function useFocusOnArrival(main: React.RefObject<HTMLElement | null>, path: string) {
  const arrived = useRef(path);
  useEffect(() => {
    if (arrived.current === path) return;
    arrived.current = path;
    main.current?.focus({ preventScroll: true });
  }, [main, path]);
}

import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { Globe, Hammer, House, MessageSquareText, ScrollText, ToggleLeft, UsersRound } from "lucide-react";
import { useEffect, useRef } from "react";

import { useText } from "~/lib/language";
import { useTitle } from "~/ui/useTitle";

import styles from "./admin.module.css";

const ROOMS = [
  { to: "/admin/house", label: "admin.house.title", icon: House },
  { to: "/admin/people", label: "people.title", icon: UsersRound },
  { to: "/admin/jobs", label: "admin.jobs.title", icon: Hammer },
  { to: "/admin/words", label: "admin.words.title", icon: MessageSquareText },
  { to: "/admin/flags", label: "admin.flags.title", icon: ToggleLeft },
  { to: "/admin/countries", label: "admin.countries.title", icon: Globe },
  { to: "/admin/audit", label: "admin.audit.title", icon: ScrollText },
] as const;

/** `/admin/…`: what the owner looks after. */
export function AdminScreen() {
  const text = useText();
  const rooms = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a phone the rooms do not fit side by side: the one that is open is brought into sight.
  useEffect(() => {
    rooms.current?.querySelector("[data-here]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [pathname]);
  useTitle(text("admin.title"));
  return (
    <div className={styles.screen}>
      <h1>{text("admin.title")}</h1>
      <nav ref={rooms} className={styles.rooms} aria-label={text("admin.rooms")}>
        {ROOMS.map(({ to, label, icon: Sign }) => (
          <Link key={to} to={to} className={styles.room} activeProps={{ "data-here": true }}>
            <Sign size={17} strokeWidth={1.7} aria-hidden />
            {text(label)}
          </Link>
        ))}
      </nav>
      <Outlet />
    </div>
  );
}

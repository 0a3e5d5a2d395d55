import { Outlet } from "@tanstack/react-router";
import { Globe, Hammer, House, MessageSquareText, ScrollText, ToggleLeft, UsersRound } from "lucide-react";

import { useText } from "~/lib/language";
import { HERE, Room, Rooms } from "~/ui/Rooms";
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
  useTitle(text("admin.title"));
  return (
    <div className={styles.screen}>
      <h1>{text("admin.title")}</h1>
      <Rooms label={text("admin.rooms")}>
        {ROOMS.map(({ to, label, icon }) => (
          <Room key={to} to={to} icon={icon} activeProps={HERE}>
            {text(label)}
          </Room>
        ))}
      </Rooms>
      <Outlet />
    </div>
  );
}

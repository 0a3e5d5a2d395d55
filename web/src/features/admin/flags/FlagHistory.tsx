import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { flagHistoryQuery } from "~/api/flags";
import { useText } from "~/lib/language";
import { Ago } from "~/ui/Ago";

import { Past } from "../Past";

import styles from "./Flags.module.css";

/** What was done to a flag, the latest first. */
export function FlagHistory({ name }: { name: string }) {
  const text = useText();
  const [open, setOpen] = useState(false);
  const deeds = useQuery({ ...flagHistoryQuery(name), enabled: open });
  return (
    <Past title={text("admin.flags.history")} none={deeds.data?.items.length === 0 ? text("admin.flags.noHistory") : null} onOpen={setOpen}>
      {deeds.data?.items.map((deed) => (
        <li key={deed.at}>
          <span>
            {deed.actor_name ?? text("admin.flags.nobody")} · <Ago moment={deed.at} />
          </span>
          {Object.entries(deed.changes).map(([field, change]) => (
            <p key={field} className={styles.change}>
              <code>{field}</code> <del>{JSON.stringify(change.old ?? null)}</del> <ins>{JSON.stringify(change.new ?? null)}</ins>
            </p>
          ))}
        </li>
      ))}
    </Past>
  );
}

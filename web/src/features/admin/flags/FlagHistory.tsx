import { useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { useState } from "react";

import { flagHistoryQuery } from "~/api/flags";
import { useText } from "~/lib/language";
import { Ago } from "~/ui/Ago";

import styles from "./Flags.module.css";

/** What was done to a flag, the latest first. */
export function FlagHistory({ name }: { name: string }) {
  const text = useText();
  const [open, setOpen] = useState(false);
  const deeds = useQuery({ ...flagHistoryQuery(name), enabled: open });
  return (
    <details className={styles.past} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <History size={16} strokeWidth={1.7} aria-hidden />
        {text("admin.flags.history")}
      </summary>
      {deeds.data?.items.length === 0 ? <p>{text("admin.flags.noHistory")}</p> : null}
      <ul>
        {deeds.data?.items.map((deed) => (
          <li key={deed.at}>
            <span>
              {deed.actor_name ?? text("admin.flags.nobody")} · <Ago moment={deed.at} />
            </span>
            {Object.entries(deed.changes).map(([field, change]) => (
              <p key={field}>
                <code>{field}</code> <del>{JSON.stringify(change.old ?? null)}</del> <ins>{JSON.stringify(change.new ?? null)}</ins>
              </p>
            ))}
          </li>
        ))}
      </ul>
    </details>
  );
}

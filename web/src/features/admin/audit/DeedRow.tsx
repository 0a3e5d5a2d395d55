import { getRouteApi } from "@tanstack/react-router";
import { ChevronDown, Cog, UserRound } from "lucide-react";
import { useId, useState } from "react";

import type { Deed } from "~/api/types";
import { useText } from "~/lib/language";
import { Ago } from "~/ui/Ago";
import { Button } from "~/ui/Button";

import styles from "../admin.module.css";

import own from "./Audit.module.css";

const route = getRouteApi("/inside/shell/admin/audit");

/** One deed in a line, and behind it what it changed, side by side. */
export function DeedRow({ deed }: { deed: Deed }) {
  const text = useText();
  const navigate = route.useNavigate();
  const [open, setOpen] = useState(false);
  const id = useId();
  const Sign = deed.actor ? UserRound : Cog;
  const who = deed.actor ? (deed.actor.name ?? text("admin.audit.gone")) : text("admin.audit.machine");
  const more: [string, string | null][] = [
    [text("admin.audit.address"), deed.ip_address],
    [text("admin.audit.program"), deed.user_agent],
    [text("admin.audit.request"), deed.request_id],
    ...Object.entries(deed.details ?? {}).map(([name, value]): [string, string] => [name, told(value, text("admin.audit.absent"))]),
  ];
  return (
    <li className={own.deed}>
      <button type="button" className={own.line} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <Sign size={16} strokeWidth={1.7} aria-hidden />
        <strong>{who}</strong>
        <span className={styles.code}>{deed.action}</span>
        <span className={own.thing}>
          {deed.entity_name ?? <span className={styles.code}>{`${deed.entity_type} ${short(deed.entity_id)}`}</span>}
        </span>
        <span className={own.when}>
          <Ago moment={deed.created_at} />
        </span>
        <ChevronDown size={16} strokeWidth={1.7} aria-hidden data-open={open || undefined} />
      </button>
      {open ? (
        <div id={id} className={own.inside}>
          {deed.changes.length ? (
            <div className={own.scroll}>
              <table className={styles.table}>
                <caption className="unseen">{text("admin.audit.changed")}</caption>
                <thead>
                  <tr>
                    <th scope="col">{text("admin.audit.field")}</th>
                    <th scope="col">{text("admin.audit.before")}</th>
                    <th scope="col">{text("admin.audit.after")}</th>
                  </tr>
                </thead>
                <tbody>
                  {deed.changes.map((change) => (
                    <tr key={change.field}>
                      <th scope="row" className={styles.code}>
                        {change.field}
                      </th>
                      <td className={own.before}>{told(change.old, text("admin.audit.absent"))}</td>
                      <td className={own.after}>{told(change.new, text("admin.audit.absent"))}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          ) : null}
          <dl className={own.about}>
            {more.map(([name, value]) =>
              value ? (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ) : null,
            )}
            <div>
              <dt>{deed.entity_type}</dt>
              <dd className={styles.code}>{deed.entity_id}</dd>
            </div>
          </dl>
          <Button small onClick={() => void navigate({ search: { kind: deed.entity_type, thing: deed.entity_id } })}>
            {text("admin.audit.same")}
          </Button>
        </div>
      ) : null}
    </li>
  );
}

/** Ids begin with when they were made, so that those of one minute differ at their end only. */
const short = (id: string) => (id.length > 12 ? `…${id.slice(-8)}` : id);

function told(value: unknown, nothing: string): string {
  if (value === null || value === undefined) return nothing;
  return typeof value === "string" ? value : JSON.stringify(value);
}

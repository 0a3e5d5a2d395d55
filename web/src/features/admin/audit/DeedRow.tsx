import { getRouteApi } from "@tanstack/react-router";
import { ChevronDown, Cog, UserRound } from "lucide-react";
import { useId, useState } from "react";

import type { Deed } from "~/api/types";
import { useText } from "~/lib/language";
import { Ago } from "~/ui/Ago";
import { Button } from "~/ui/Button";

import styles from "../admin.module.css";

import own from "./Audit.module.css";
import { told } from "./told";

const route = getRouteApi("/inside/shell/admin/audit");

/** One deed in a line, and behind it what it changed, side by side. */
export function DeedRow({ deed }: { deed: Deed }) {
  const text = useText();
  const navigate = route.useNavigate();
  const [open, setOpen] = useState(false);
  const id = useId();
  const Sign = deed.actor ? UserRound : Cog;
  const said = (value: unknown) => told(value, { names: deed.names, nothing: text("admin.audit.absent"), yes: text("admin.audit.isSo"), no: text("admin.audit.isNot") });
  const more: [string, string | null][] = [
    [text("admin.audit.address"), deed.ip_address],
    [text("admin.audit.program"), deed.user_agent],
    [text("admin.audit.request"), deed.request_id],
    ...Object.entries(deed.details ?? {}).map(([name, value]): [string, string] => [name, said(value)]),
  ];
  return (
    <li className={own.deed}>
      <button type="button" className={own.line} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <Sign size={16} strokeWidth={1.7} aria-hidden />
        <span className={own.sentence}>{deed.sentence}</span>
        <span className={`${styles.code} ${own.action}`}>{deed.action}</span>
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
                      <th scope="row">
                        {change.label} {change.label === change.field ? null : <span className={`${styles.code} ${own.code}`}>{change.field}</span>}
                      </th>
                      <td className={own.before}>{said(change.old)}</td>
                      <td className={own.after}>{said(change.new)}</td>
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
              <dt>{deed.entity_label}</dt>
              <dd className={styles.code}>{deed.entity_id}</dd>
            </div>
          </dl>
          <div className={own.ways}>
            {THINGLESS.has(deed.entity_id) ? null : (
              <Button small onClick={() => void navigate({ search: { kind: deed.entity_type, thing: deed.entity_id } })}>
                {text("admin.audit.same")}
              </Button>
            )}
            <Button small onClick={() => void navigate({ search: { action: deed.action } })}>
              {text("admin.audit.alike")}
            </Button>
            <Button small onClick={() => void navigate({ search: { actor: deed.actor?.id ?? "machine" } })}>
              {text("admin.audit.theirs")}
            </Button>
          </div>
        </div>
      ) : null}
    </li>
  );
}

/** What the log has instead of an id where a deed is about no one thing. */
const THINGLESS = new Set(["", "None", "all"]);

import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { tryFlags } from "~/api/flags";
import { usersQuery } from "~/api/session";
import { useText } from "~/lib/language";
import { explain } from "~/ui/Failure";

import styles from "./Flags.module.css";
import type { Definition } from "./model";

/** So many names are offered at once; typing narrows them. */
const MOST = 50;

/** What somebody would get of a flag as it is written now, and why; before it is kept. */
export function WhoGetsWhat({ name, definition }: { name: string; definition: Definition | null }) {
  const text = useText();
  const users = useQuery(usersQuery).data?.items ?? [];
  const [who, setWho] = useState("all");
  const [draft] = useDebouncedValue(definition, 300);
  const asked = name || "…";
  const audience = who === "teenager" || who === "parent" || who === "all" ? who : null;
  const tried = useQuery({
    queryKey: ["admin", "flag-preview", asked, who, draft],
    queryFn: () => tryFlags({ ...(audience ? { audience, claims: {} } : { user_id: who }), names: [asked], ...(draft ? { draft: { ...draft, name: asked } } : {}) }),
    enabled: draft !== null,
    retry: false,
  });
  const got = tried.data?.flags[0];
  return (
    <section className={styles.preview} aria-label={text("admin.flags.preview")} aria-live="polite">
      <Select
        size="xs"
        searchable
        allowDeselect={false}
        limit={MOST}
        nothingFoundMessage={text("admin.people.none")}
        label={text("admin.flags.preview")}
        value={who}
        data={[
          ...(["all", "teenager", "parent"] as const).map((one) => ({ value: one, label: text(`admin.flags.audience.${one}`) })),
          ...users.map((user) => ({ value: user.id, label: user.name })),
        ]}
        onChange={(value) => setWho(value ?? "all")}
      />
      {tried.error ? (
        <p className={styles.wrong}>{explain(tried.error, text)}</p>
      ) : got ? (
        <dl className={styles.got}>
          <div>
            <dt>{text("admin.flags.value")}</dt>
            <dd>
              <code>{JSON.stringify(got.value)}</code> {got.variant ? <span>({got.variant})</span> : null}
            </dd>
          </div>
          <div>
            <dt>{text("admin.flags.because")}</dt>
            <dd>{text(`admin.flags.reason.${got.reason}`)}</dd>
          </div>
          {got.rule ? (
            <div>
              <dt>{text("admin.flags.decided")}</dt>
              <dd>
                <code>{got.rule}</code>
              </dd>
            </div>
          ) : null}
          {got.bucket ? (
            <div>
              <dt>{text("admin.flags.share")}</dt>
              <dd>{text("admin.flags.place", { place: got.bucket.place, of: got.bucket.of })}</dd>
            </div>
          ) : null}
          {got.message ? <p className={styles.wrong}>{got.message}</p> : null}
        </dl>
      ) : null}
      {tried.data && Object.keys(tried.data.claims).length ? (
        <p className={styles.known}>
          {text("admin.flags.known")} <code>{JSON.stringify(tried.data.claims)}</code>
        </p>
      ) : null}
    </section>
  );
}

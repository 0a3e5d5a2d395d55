import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { termsQuery } from "~/api/account";
import { sessionQuery } from "~/api/session";
import type { SessionUser } from "~/api/types";
import { useText } from "~/lib/language";

import { PersonalData } from "./PersonalData";
import { Section } from "./Section";
import styles from "./Settings.module.css";

/** One's own data: taken along, deleted, and for how long what is kept. */
export function Privacy({ user }: { user: SessionUser }) {
  const text = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const terms = useQuery(termsQuery).data?.items ?? [];
  return (
    <Section title={text("account.data.title")} help={text("account.data.help")}>
      <PersonalData
        userId={user.id}
        name={user.name}
        onErased={async () => {
          queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
          await queries.refetchQueries({ queryKey: sessionQuery.queryKey });
          await navigate({ to: "/welcome", replace: true });
        }}
      />
      {terms.length ? (
        <details>
          <summary>{text("account.data.terms")}</summary>
          <dl className={styles.licences}>
            {terms.map((term) => (
              <div key={term.kind}>
                <dt>{term.what}</dt>
                <dd>{text("account.data.days", { count: term.days })}</dd>
              </div>
            ))}
          </dl>
        </details>
      ) : null}
    </Section>
  );
}

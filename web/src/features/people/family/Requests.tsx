import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BellRing, Check } from "lucide-react";

import { decideRequest } from "~/api/family";
import type { Child } from "~/api/types";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import styles from "./family.module.css";

/** What children wait for: one word of a guardian each. */
export function Requests({ items }: { items: Child[] }) {
  const text = useText();
  const queries = useQueryClient();
  const waiting = items.flatMap((child) => child.waiting.map((request) => ({ child, request })));
  const deciding = useMutation({
    mutationFn: ({ request, approve }: { request: string; approve: boolean }) => decideRequest(request, approve),
    onSettled: () => queries.invalidateQueries({ queryKey: ["guardian"] }),
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  if (!waiting.length) return null;
  return (
    <section aria-labelledby="family-requests">
      <h2 id="family-requests">{text("family.requests")}</h2>
      <ul className={styles.list} data-now>
        {waiting.map(({ child, request }) => (
          <li key={request} className={styles.asking}>
            <BellRing size={19} strokeWidth={1.7} aria-hidden />
            <span className={styles.words}>
              <strong>{text(child.held.includes("account") ? "family.asksMore" : "family.asks", { child: child.name })}</strong>
              <Link to="/family/children/$childId" params={{ childId: child.id }}>
                {text("family.seeWhat")}
              </Link>
            </span>
            <span className={styles.buttons}>
              <Button small aria-label={text("family.noTo", { child: child.name })} busy={deciding.isPending && deciding.variables.request === request} onClick={() => deciding.mutate({ request, approve: false })}>
                {text("door.allow.no")}
              </Button>
              <Button small tone={waiting.length === 1 ? "accent" : "plain"} icon={waiting.length === 1 ? undefined : Check} aria-label={text("door.allow.yes", { child: child.name })} busy={deciding.isPending && deciding.variables.request === request} onClick={() => deciding.mutate({ request, approve: true })}>
                {text("family.yes")}
              </Button>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

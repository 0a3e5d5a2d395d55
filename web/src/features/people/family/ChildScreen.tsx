import { Switch } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";

import { allowForChild, childQuery, takeBackForChild } from "~/api/family";
import type { ChildDetail, Consent, Purpose } from "~/api/types";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Ago } from "~/ui/Ago";
import { BackLink } from "~/ui/BackLink";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";
import { useTitle } from "~/ui/useTitle";

import { PersonalData } from "../settings/PersonalData";

import { Limits } from "./Limits";
import { ReadingTime } from "./ReadingTime";
import { Requests } from "./Requests";
import { SafetySignals } from "./SafetySignals";
import { Secret } from "./Secret";
import { Sights } from "./Sights";
import styles from "./family.module.css";

const route = getRouteApi("/inside/shell/family/children/$childId");

/** A child as their guardian sees them: what they may, what fits them, who sees what. Never what they write. */
export function ChildScreen() {
  const text = useText();
  const { childId } = route.useParams();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const child = useQuery({ ...childQuery(childId), refetchInterval: 15_000 });
  useTitle(child.data?.name);
  if (child.isError && !child.data) return <Failure whole error={child.error} retry={() => void child.refetch()} />;
  if (!child.data) return <Skeleton height={360} round={14} />;
  return (
    <div className={styles.screen}>
      <header className={styles.head}>
        <BackLink to="/family" label={text("family.back")} />
        <h1>{child.data.name}</h1>
        <p className={styles.dim}>{text("family.child.with", { names: child.data.guardians.join(", ") })}</p>
      </header>
      <div className={styles.columns}>
        <div className={styles.column}>
          <Requests items={[child.data]} />
          <SafetySignals childId={childId} name={child.data.name} />
          <Allowed child={child.data} />
          <section aria-labelledby="child-time">
            <h2 id="child-time">{text("family.time.title")}</h2>
            <p className={styles.dim}>{text("family.time.help", { name: child.data.name })}</p>
            <ReadingTime userId={childId} />
          </section>
          <Limits of="user" id={childId} name={child.data.name} />
        </div>
        <div className={styles.column}>
          <section aria-labelledby="child-sees">
            <h2 id="child-sees">{text("family.sees.title")}</h2>
            <p className={styles.dim}>{text("family.sees.help", { child: child.data.name })}</p>
            <Sights sights={child.data.sees} />
          </section>
          <Secret childId={childId} name={child.data.name} />
          <Receipts child={child.data} />
          <section aria-labelledby="child-data">
            <h2 id="child-data">{text("family.child.data")}</h2>
            <PersonalData
              childs
              userId={childId}
              name={child.data.name}
              onErased={async () => {
                await navigate({ to: "/family" });
                await queries.invalidateQueries({ queryKey: ["guardian"] });
                await queries.invalidateQueries({ queryKey: ["collectives"] });
              }}
            />
          </section>
        </div>
      </div>
    </div>
  );
}

/** Each purpose with a switch; what is switched off ends at once. */
function Allowed({ child }: { child: ChildDetail }) {
  const text = useText();
  const queries = useQueryClient();
  const changing = useMutation({
    mutationFn: async ({ purpose, yes }: { purpose: Purpose; yes: boolean }) => {
      if (yes) await allowForChild(child.id, purpose);
      else await takeBackForChild(child.id, purpose);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["guardian"] }),
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  const shown = child.items.filter((item) => item.asked || item.held);
  return (
    <section aria-labelledby="child-allowed">
      <h2 id="child-allowed">{text("family.allowed.title")}</h2>
      <ul className={styles.list}>
        {shown.map((item) => {
          const { purpose, title } = item.policy;
          const busy = changing.isPending && changing.variables.purpose === purpose;
          return (
            <li key={purpose} className={styles.allowed}>
              <Switch
                label={title}
                checked={busy ? changing.variables.yes : item.held}
                disabled={busy}
                onChange={(event) => changing.mutate({ purpose, yes: event.currentTarget.checked })}
              />
              <p>{item.policy.what}</p>
              <Until item={item} />
            </li>
          );
        })}
      </ul>
      <p className={styles.dim}>{text("family.allowed.help", { child: child.name })}</p>
    </section>
  );
}

function Until({ item }: { item: Consent }) {
  const text = useText();
  if (!item.held || !item.until) return null;
  return <p className={styles.dim}>{text("family.allowed.until", { when: new Date(item.until) })}</p>;
}

function Receipts({ child }: { child: ChildDetail }) {
  const text = useText();
  const titles = new Map(child.items.map((item) => [item.policy.purpose, item.policy.title]));
  return (
    <section aria-labelledby="child-receipts">
      <h2 id="child-receipts">{text("family.receipts.title")}</h2>
      {child.receipts.length ? (
        <ul className={styles.list}>
          {child.receipts.map((receipt) => (
            <li key={receipt.id} className={styles.receipt} data-ended={receipt.revoked_at ? true : undefined}>
              <strong>{titles.get(receipt.purpose) ?? receipt.purpose}</strong>
              <span>
                {text("family.receipts.by", { by: receipt.by ?? child.name })} · <Ago moment={receipt.created_at} /> · {text("family.receipts.version", { version: receipt.policy_version })}
              </span>
              {receipt.revoked_at ? (
                <span>
                  {text(`family.receipts.ended.${receipt.end_reason ?? "revoked"}`)} · <Ago moment={receipt.revoked_at} />
                </span>
              ) : null}
            </li>
          ))}
        </ul>
      ) : (
        <p className={styles.dim}>{text("family.receipts.none")}</p>
      )}
    </section>
  );
}

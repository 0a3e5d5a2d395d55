import { NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { MailPlus } from "lucide-react";
import { useState } from "react";

import { invitationsQuery, invite, withdrawInvitation } from "~/api/family";
import type { Collective, Invitation, NewInvitation } from "~/api/types";
import { useLanguage, useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Ago } from "~/ui/Ago";
import { AskDialog } from "~/ui/AskDialog";
import { Button } from "~/ui/Button";
import { Copyable } from "~/ui/Copyable";
import { explain, Failure } from "~/ui/Failure";
import { QrCode } from "~/ui/QrCode";
import { Skeleton } from "~/ui/Skeleton";

import styles from "./family.module.css";

type Age = NonNullable<Invitation["age_class"]>;

const OPEN: ReadonlySet<Invitation["state"]> = new Set(["PENDING", "ACTIVE"]);

/** Links that let somebody in, with who has come by each. */
export function Invitations({ collective }: { collective: Collective }) {
  const text = useText();
  const queries = useQueryClient();
  const invitations = useQuery(invitationsQuery(collective.id));
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<NewInvitation | null>(null);
  // The members themselves stand beside: of many, a few names say which invitation it was.
  const named = (names: string[]) => (names.length > 5 ? text("family.invitations.andOthers", { names: names.slice(0, 4).join(", "), count: names.length - 4 }) : names.join(", "));
  const refresh = () => queries.invalidateQueries({ queryKey: ["collectives", collective.id, "invitations"] });
  const revoking = useMutation({
    mutationFn: (id: string) => withdrawInvitation(collective.id, id),
    onSettled: refresh,
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  return (
    <section aria-labelledby="invitations">
      <h2 id="invitations">{text("family.invitations.title")}</h2>
      {made ? (
        <div className={styles.made}>
          <QrCode value={made.address} label={text("family.invitations.qr")} size={148} />
          <div>
            <p>{text("family.invitations.send")}</p>
            <Copyable value={made.address} label={text("family.invitations.link")} />
            <Button small onClick={() => setMade(null)}>
              {text("common.done")}
            </Button>
          </div>
        </div>
      ) : null}
      <div className={styles.buttons}>
        <Button icon={MailPlus} onClick={() => setMaking(true)}>
          {text("family.invitations.make")}
        </Button>
      </div>
      {invitations.isError ? (
        <Failure error={invitations.error} retry={() => void invitations.refetch()} />
      ) : !invitations.data ? (
        <Skeleton height={120} round={14} />
      ) : invitations.data.items.length ? (
        <ul className={styles.list}>
          {invitations.data.items.map((one) => (
            <li key={one.id} className={styles.asking}>
              <span className={styles.words}>
                <strong>{one.label || text(one.age_class ? `door.start.ages.${one.age_class}` : "family.invitations.anybody")}</strong>
                <span>
                  {text(`family.invitations.states.${one.state.toLowerCase()}`)} · {text("family.invitations.uses", { used: one.current_uses, limit: one.usage_limit ?? 0 })}
                  {one.accepted.length ? ` · ${named(one.accepted)}` : null} · <Ago moment={one.created_at} />
                </span>
              </span>
              {OPEN.has(one.state) ? (
                <Button small busy={revoking.isPending && revoking.variables === one.id} onClick={() => revoking.mutate(one.id)}>
                  {text("family.invitations.revoke")}
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      ) : (
        <p className={styles.dim}>{text("family.invitations.none")}</p>
      )}
      {making ? (
        <Making
          collective={collective}
          onClose={() => setMaking(false)}
          onMade={(made) => {
            setMaking(false);
            setMade(made);
            void refresh();
          }}
        />
      ) : null}
    </section>
  );
}

function Making({ collective, onClose, onMade }: { collective: Collective; onClose: () => void; onMade: (made: NewInvitation) => void }) {
  const text = useText();
  const { language } = useLanguage();
  const [whom, setWhom] = useState<Age | "">(collective.kind === "class" ? "teenager" : "child");
  const [role, setRole] = useState<"member" | "admin">("member");
  const [label, setLabel] = useState("");
  const [limit, setLimit] = useState<number>(collective.kind === "class" ? 30 : 1);
  const [days, setDays] = useState<number>(7);
  const young = whom !== "" && whom !== "adult";
  const making = useMutation({
    mutationFn: () =>
      invite(collective.id, { role: young ? "member" : role, age_class: whom || null, label: label.trim(), usage_limit: limit, days, ...(language === "en" || language === "fr" || language === "it" ? { language } : {}) }),
    onSuccess: onMade,
  });
  return (
    <AskDialog title={text("family.invitations.make")} action={text("family.invitations.makeIt")} busy={making.isPending} error={making.error} onAct={() => making.mutate()} onClose={onClose}>
      <NativeSelect
        label={text("family.invitations.whom")}
        description={text(young ? "family.invitations.youngHelp" : "family.invitations.grownHelp")}
        value={whom}
        data={[{ value: "", label: text("family.invitations.anybody") }, ...(["child", "preteen", "teenager", "adult"] as const).map((value) => ({ value, label: text(`door.start.ages.${value}`) }))]}
        onChange={(event) => setWhom(event.currentTarget.value as Age | "")}
      />
      {young ? null : (
        <NativeSelect
          label={text("people.role")}
          description={text(`family.rolesHow.${collective.kind === "family" ? "family" : "class"}.${role}`)}
          value={role}
          data={(["member", "admin"] as const).map((value) => ({ value, label: text(`family.roles.${value}`) }))}
          onChange={(event) => setRole(event.currentTarget.value as "member" | "admin")}
        />
      )}
      <TextInput label={text("family.invitations.label")} description={text("family.invitations.labelHelp")} value={label} maxLength={100} onChange={(event) => setLabel(event.currentTarget.value)} />
      <NumberInput label={text("family.invitations.limit")} min={1} max={500} allowDecimal={false} value={limit} onChange={(value) => setLimit(Math.max(1, Number(value) || 1))} />
      <NumberInput label={text("family.invitations.days")} min={1} max={365} allowDecimal={false} value={days} onChange={(value) => setDays(Math.max(1, Number(value) || 1))} />
    </AskDialog>
  );
}

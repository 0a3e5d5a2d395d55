import { Select, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ChevronRight, GraduationCap, House, Plus, School, TabletSmartphone, UserRound } from "lucide-react";
import { useState } from "react";

import { childrenQuery } from "~/api/door";
import { addCollective, collectivesQuery, pairedDevicesQuery } from "~/api/family";
import { sessionQuery } from "~/api/session";
import type { Child, Collective } from "~/api/types";
import { useText } from "~/lib/language";
import { Ago } from "~/ui/Ago";
import { AskDialog } from "~/ui/AskDialog";
import { Button, ButtonLink } from "~/ui/Button";
import { Failure, Panel } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";
import { useTitle } from "~/ui/useTitle";

import { PairedDevice } from "./PairedDevice";
import { Requests } from "./Requests";
import styles from "./family.module.css";
import { useFold } from "./useFold";

export const SIGNS = { family: House, class: GraduationCap, school: School } as const;

/** Whom one looks after, where one belongs, and what waits for one's word. */
export function FamilyScreen() {
  const text = useText();
  const collectives = useQuery(collectivesQuery);
  const children = useQuery({ ...childrenQuery, refetchInterval: 15_000 });
  const devices = useQuery(pairedDevicesQuery);
  // A child joins one that a grown-up made.
  const may = useQuery(sessionQuery).data?.user?.is_minor === false;
  const [adding, setAdding] = useState(false);
  const { shown, more } = useFold(children.data?.items ?? []);
  useTitle(text("family.title"));
  const failed = [collectives, children].find((one) => one.isError && !one.data);
  if (failed) return <Failure whole error={failed.error} retry={() => void failed.refetch()} />;
  if (!collectives.data || !children.data) return <Skeleton height={320} round={14} />;
  const nothing = collectives.data.items.length === 0 && children.data.items.length === 0;
  return (
    <div className={styles.screen}>
      <header className={styles.head}>
        <h1>{text("family.title")}</h1>
        {may ? (
          <Button icon={Plus} onClick={() => setAdding(true)}>
            {text("family.add")}
          </Button>
        ) : null}
      </header>
      {nothing ? (
        <Panel icon={House} title={text("family.none")} actions={may ? <Button tone="accent" icon={Plus} onClick={() => setAdding(true)}>{text("family.add")}</Button> : null}>
          {text(may ? "family.noneHelp" : "family.noneYoung")}
        </Panel>
      ) : (
        <div className={styles.columns}>
          <div className={styles.column}>
            <Requests items={children.data.items} />
            {children.data.items.length ? (
              <section aria-labelledby="family-children">
                <h2 id="family-children">{text("family.children")}</h2>
                <ul className={styles.list}>
                  {shown.map((child) => (
                    <ChildRow key={child.id} child={child} />
                  ))}
                </ul>
                {more}
              </section>
            ) : null}
            <section aria-labelledby="family-collectives">
              <h2 id="family-collectives">{text("family.collectives")}</h2>
              {collectives.data.items.length ? (
                <ul className={styles.list}>
                  {collectives.data.items.map((one) => (
                    <CollectiveRow key={one.id} collective={one} />
                  ))}
                </ul>
              ) : (
                <p className={styles.dim}>{text("family.noCollectives")}</p>
              )}
            </section>
          </div>
          {children.data.items.length ? (
            <aside className={styles.column}>
              <section aria-labelledby="family-devices">
                <h2 id="family-devices">{text("family.devices.title")}</h2>
                <p className={styles.dim}>{text("family.devices.help")}</p>
                {devices.data?.items.length ? (
                  <ul className={styles.list}>
                    {devices.data.items.map((device) => (
                      <PairedDevice key={device.id} device={device} items={children.data.items} />
                    ))}
                  </ul>
                ) : null}
                <ButtonLink to="/pair" icon={TabletSmartphone}>
                  {text("family.devices.add")}
                </ButtonLink>
              </section>
            </aside>
          ) : null}
        </div>
      )}
      {adding ? <Adding onClose={() => setAdding(false)} schools={collectives.data.items.filter((one) => one.kind === "school")} /> : null}
    </div>
  );
}

function ChildRow({ child }: { child: Child }) {
  const text = useText();
  const may = child.held.includes("account");
  return (
    <li>
      <Link to="/family/children/$childId" params={{ childId: child.id }} className={styles.row}>
        <UserRound size={19} strokeWidth={1.7} aria-hidden />
        <span className={styles.words}>
          <strong>{child.name}</strong>
          <span>{text(!child.onboarded ? "family.child.new" : may ? "family.child.reads" : "family.child.waits")}</span>
        </span>
        <ChevronRight size={18} strokeWidth={1.7} aria-hidden />
      </Link>
    </li>
  );
}

function CollectiveRow({ collective }: { collective: Collective }) {
  const text = useText();
  const Sign = SIGNS[collective.kind];
  return (
    <li>
      <Link to="/family/$collectiveId" params={{ collectiveId: collective.id }} className={styles.row}>
        <Sign size={19} strokeWidth={1.7} aria-hidden />
        <span className={styles.words}>
          <strong>{collective.name}</strong>
          <span>
            {text(`family.kinds.${collective.kind}`)} · {text("family.members", { count: collective.members })} · <Ago moment={collective.created_at} />
          </span>
        </span>
        <ChevronRight size={18} strokeWidth={1.7} aria-hidden />
      </Link>
    </li>
  );
}

function Adding({ onClose, schools }: { onClose: () => void; schools: Collective[] }) {
  const text = useText();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [kind, setKind] = useState<Collective["kind"]>("family");
  const [name, setName] = useState("");
  const [school, setSchool] = useState<string | null>(null);
  const adding = useMutation({
    mutationFn: () => addCollective({ kind, name: name.trim(), ...(kind === "class" && school ? { parent_id: school } : {}) }),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ["collectives"] });
      await navigate({ to: "/family/$collectiveId", params: { collectiveId: made.id } });
    },
  });
  return (
    <AskDialog title={text("family.add")} action={text("family.make")} disabled={!name.trim()} busy={adding.isPending} error={adding.error} onAct={() => adding.mutate()} onClose={onClose}>
      <Select
        label={text("family.kind")}
        description={text(`family.kindsHow.${kind}`)}
        data={(["family", "class", "school"] as const).map((value) => ({ value, label: text(`family.kinds.${value}`) }))}
        value={kind}
        allowDeselect={false}
        onChange={(value) => setKind((value ?? "family"))}
      />
      <TextInput data-autofocus label={text("field.name")} value={name} maxLength={100} onChange={(event) => setName(event.currentTarget.value)} />
      {kind === "class" && schools.length ? (
        <Select label={text("family.kinds.school")} clearable data={schools.map((one) => ({ value: one.id, label: one.name }))} value={school} onChange={setSchool} />
      ) : null}
    </AskDialog>
  );
}

import { Menu, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { Ellipsis, LogOut, Trash2, UserRound } from "lucide-react";
import { useState } from "react";

import { changeMember, collectiveQuery, deleteCollective, membersQuery, removeMember, renameCollective } from "~/api/family";
import { sessionQuery } from "~/api/session";
import type { Collective, Member } from "~/api/types";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { AskDialog } from "~/ui/AskDialog";
import { BackLink } from "~/ui/BackLink";
import { IconButton } from "~/ui/Button";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";
import { useTitle } from "~/ui/useTitle";

import { ClassShelf } from "./ClassShelf";
import { Invitations } from "./Invitations";
import { Limits } from "./Limits";
import { Models } from "./Models";
import { Progress } from "./Progress";
import styles from "./family.module.css";
import { useFold } from "./useFold";

const route = getRouteApi("/inside/shell/family/$collectiveId");

/** A family or a class: who is in it, who is invited, what its young members are shown, and how far they are. */
export function CollectiveScreen() {
  const { collectiveId } = route.useParams();
  const collective = useQuery(collectiveQuery(collectiveId));
  useTitle(collective.data?.name);
  if (collective.isError && !collective.data) return <Failure whole error={collective.error} retry={() => void collective.refetch()} />;
  if (!collective.data) return <Skeleton height={360} round={14} />;
  const looksAfter = collective.data.role === "owner" || collective.data.role === "admin";
  // A class is looked after to see how far it is: that comes first, once there is something to see.
  const teaches = looksAfter && collective.data.kind === "class";
  return (
    <div className={styles.screen}>
      <Head collective={collective.data} looksAfter={looksAfter} />
      {teaches ? <Progress collectiveId={collectiveId} /> : null}
      <div className={styles.columns}>
        <div className={styles.column}>
          <Members collective={collective.data} looksAfter={looksAfter} />
          {looksAfter ? <Invitations collective={collective.data} /> : null}
        </div>
        {looksAfter ? (
          <div className={styles.column}>
            {collective.data.kind === "school" ? null : <ClassShelf collective={collective.data} />}
            <Limits of="collective" id={collectiveId} name={collective.data.name} />
            <Models collectiveId={collectiveId} />
          </div>
        ) : null}
      </div>
      {looksAfter && collective.data.kind === "family" ? <Progress collectiveId={collectiveId} /> : null}
    </div>
  );
}

function Head({ collective, looksAfter }: { collective: Collective; looksAfter: boolean }) {
  const text = useText();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const self = useQuery(sessionQuery).data?.user?.id ?? "";
  const [doing, setDoing] = useState<"rename" | "dissolve" | "leave" | null>(null);
  const [name, setName] = useState(collective.name);
  const away = async () => {
    await navigate({ to: "/family" });
    await queries.invalidateQueries({ queryKey: ["collectives"] });
  };
  const renaming = useMutation({
    mutationFn: () => renameCollective(collective.id, name.trim()),
    onSuccess: async () => {
      setDoing(null);
      await queries.invalidateQueries({ queryKey: ["collectives"] });
    },
  });
  const dissolving = useMutation({ mutationFn: () => deleteCollective(collective.id), onSuccess: away });
  const leaving = useMutation({ mutationFn: () => removeMember(collective.id, self), onSuccess: away });
  const sign = { size: 16, strokeWidth: 1.7, "aria-hidden": true };
  return (
    <header className={styles.head}>
      <BackLink to="/family" label={text("family.back")} />
      <h1>{collective.name}</h1>
      <p className={styles.dim}>{text(`family.kinds.${collective.kind}`)}</p>
      <Menu>
        <Menu.Target>
          <IconButton icon={Ellipsis} label={text("family.menu", { name: collective.name })} />
        </Menu.Target>
        <Menu.Dropdown>
          {looksAfter ? <Menu.Item onClick={() => setDoing("rename")}>{text("family.rename")}</Menu.Item> : null}
          {collective.role ? (
            <Menu.Item leftSection={<LogOut {...sign} />} onClick={() => setDoing("leave")}>
              {text("family.leave")}
            </Menu.Item>
          ) : null}
          {collective.role === "owner" || !collective.role ? (
            <Menu.Item leftSection={<Trash2 {...sign} />} onClick={() => setDoing("dissolve")}>
              {text("family.dissolve")}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {doing === "rename" ? (
        <AskDialog title={text("family.rename")} action={text("common.save")} disabled={!name.trim()} busy={renaming.isPending} error={renaming.error} onAct={() => renaming.mutate()} onClose={() => setDoing(null)}>
          <TextInput data-autofocus label={text("field.name")} value={name} maxLength={100} onChange={(event) => setName(event.currentTarget.value)} />
        </AskDialog>
      ) : null}
      {doing === "leave" ? (
        <AskDialog title={text("family.leaveNamed", { name: collective.name })} action={text("family.leave")} tone="danger" busy={leaving.isPending} error={leaving.error} onAct={() => leaving.mutate()} onClose={() => setDoing(null)}>
          <p>{text("family.leaveHelp")}</p>
        </AskDialog>
      ) : null}
      {doing === "dissolve" ? (
        <AskDialog title={text("family.dissolveNamed", { name: collective.name })} action={text("family.dissolve")} tone="danger" busy={dissolving.isPending} error={dissolving.error} onAct={() => dissolving.mutate()} onClose={() => setDoing(null)}>
          <p>{text("family.dissolveHelp")}</p>
        </AskDialog>
      ) : null}
    </header>
  );
}

function Members({ collective, looksAfter }: { collective: Collective; looksAfter: boolean }) {
  const text = useText();
  const queries = useQueryClient();
  const members = useQuery(membersQuery(collective.id));
  const self = useQuery(sessionQuery).data?.user?.id;
  const [removing, setRemoving] = useState<Member | null>(null);
  const { shown, more } = useFold(members.data?.items ?? []);
  const renewed = {
    onSuccess: () => queries.invalidateQueries({ queryKey: ["collectives"] }),
    onError: (error: unknown) => notify(explain(error, text), { tone: "problem" }),
  };
  const changing = useMutation({ mutationFn: ({ id, role }: { id: string; role: Member["role"] }) => changeMember(collective.id, id, role), ...renewed });
  const leaving = useMutation({ mutationFn: (id: string) => removeMember(collective.id, id), ...renewed, onSettled: () => setRemoving(null) });
  return (
    <section aria-labelledby="members">
      <h2 id="members">{text("family.members", { count: collective.members })}</h2>
      {members.isError ? (
        <Failure error={members.error} retry={() => void members.refetch()} />
      ) : !members.data ? (
        <Skeleton height={160} round={14} />
      ) : (
        <>
        <ul className={styles.list}>
          {shown.map((member) => (
            <li key={member.id} className={styles.asking}>
              <UserRound size={19} strokeWidth={1.7} aria-hidden />
              <span className={styles.words}>
                <strong>{member.name}</strong>
                <span>{[member.minor ? text("family.minor") : null, text(`family.roles.${member.role}`), member.id === self ? text("people.you") : null].filter(Boolean).join(" · ")}</span>
              </span>
              {looksAfter && member.id !== self ? (
                <Menu>
                  <Menu.Target>
                    <IconButton icon={Ellipsis} label={text("people.menu", { name: member.name })} />
                  </Menu.Target>
                  <Menu.Dropdown>
                    {member.minor ? null : (
                      <Menu.RadioGroup value={member.role} onChange={(role) => changing.mutate({ id: member.id, role: role as Member["role"] })}>
                        {(["member", "admin", "owner"] as const).map((role) => (
                          <Menu.RadioItem key={role} value={role} closeMenuOnClick>
                            {text(`family.roles.${role}`)}
                          </Menu.RadioItem>
                        ))}
                      </Menu.RadioGroup>
                    )}
                    <Menu.Item onClick={() => setRemoving(member)}>{text("family.remove")}</Menu.Item>
                  </Menu.Dropdown>
                </Menu>
              ) : null}
            </li>
          ))}
        </ul>
          {more}
        </>
      )}
      {removing ? (
        <AskDialog title={text("family.removeNamed", { name: removing.name })} action={text("family.remove")} tone="danger" busy={leaving.isPending} onAct={() => leaving.mutate(removing.id)} onClose={() => setRemoving(null)}>
          <p>{text(removing.minor ? "family.removeMinor" : "family.removeHelp", { name: removing.name })}</p>
        </AskDialog>
      ) : null}
    </section>
  );
}

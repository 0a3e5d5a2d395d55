import { Modal, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ListFilter, Search, UserPlus, UserRound } from "lucide-react";
import { useMemo, useState } from "react";

import { changeUser, makeResetLink, makeSignInLink, sessionQuery, usersQuery } from "~/api/session";
import type { Account } from "~/api/types";
import { useLanguage, useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Ago } from "~/ui/Ago";
import { Button } from "~/ui/Button";
import { Copyable } from "~/ui/Copyable";
import { explain, Failure, Panel } from "~/ui/Failure";
import { Pills } from "~/ui/Pills";
import { QrCode } from "~/ui/QrCode";
import { Skeleton } from "~/ui/Skeleton";
import sheet from "~/ui/sheet.module.css";

import admin from "../admin.module.css";

import { AddPerson, type Invitation } from "./AddPerson";
import { Erasing } from "./Erasing";
import { FormalExport } from "./FormalExport";
import { PersonMenu, type Changes } from "./PersonMenu";
import { KINDS, saysTheyAreAnAdult, sift, type Kind } from "./model";
import styles from "./people.module.css";

const STEP = 40;

/** Everybody with an account, for the owner: to find among hundreds, and to look after. */
export function PeopleScreen() {
  const text = useText();
  const { language } = useLanguage();
  const self = useQuery(sessionQuery).data?.user?.id;
  const queries = useQueryClient();
  const users = useQuery(usersQuery);
  const [sought, setSought] = useState("");
  const [kind, setKind] = useState<Kind>("all");
  const [most, setMost] = useState(STEP);
  const [doing, setDoing] = useState<{ what: "add" } | { what: "export" | "erase"; user: Account } | null>(null);
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const found = useMemo(() => sift(users.data?.items ?? [], sought, kind, language), [users.data, sought, kind, language]);
  const counts = useMemo(() => new Map(KINDS.map((one) => [one, sift(users.data?.items ?? [], "", one, language).length])), [users.data, language]);
  const onError = (error: unknown) => notify(explain(error, text), { tone: "problem" });
  const refresh = () => queries.invalidateQueries({ queryKey: usersQuery.queryKey });
  const changing = useMutation({
    mutationFn: ({ user, ...changes }: { user: Account } & Changes) => changeUser(user.id, changes),
    onSuccess: (_, { user, ...changes }) => {
      const before = "role" in changes ? { role: user.role } : "vouched" in changes ? { vouched: user.vouched } : { is_active: user.is_active };
      const done = changes.role ? "nowIs" : changes.vouched ? "vouched" : changes.is_active ? "reopened" : "closed";
      notify(text(`admin.people.${done}`, { name: user.name, role: text(`roles.${changes.role ?? user.role}`) }), {
        undo: () => void changeUser(user.id, before).then(refresh, onError),
      });
      return refresh();
    },
    onError,
  });
  const linking = useMutation({
    mutationFn: async ({ user, reset }: { user: Account; reset: boolean }): Promise<Invitation> => ({ name: user.name, address: (await (reset ? makeResetLink : makeSignInLink)(user.id)).address, reset }),
    onSuccess: setInvitation,
    onError,
  });
  const widen = () => {
    setSought("");
    setKind("all");
  };
  return (
    <>
      <p className={admin.help}>{text("people.help")}</p>
      {users.isError && !users.data ? (
        <Failure error={users.error} retry={() => void users.refetch()} />
      ) : !users.data ? (
        <Skeleton height={320} round={14} />
      ) : (
        <>
          <div className={styles.tools}>
            <TextInput
              className={styles.search}
              type="search"
              leftSection={<Search size={16} strokeWidth={1.7} aria-hidden />}
              aria-label={text("admin.people.search")}
              placeholder={text("admin.people.search")}
              value={sought}
              onChange={(event) => {
                setSought(event.currentTarget.value);
                setMost(STEP);
              }}
            />
            <Button icon={UserPlus} tone="ink" onClick={() => setDoing({ what: "add" })}>
              {text("people.add")}
            </Button>
          </div>
          <Pills
            label={text("admin.people.show")}
            value={kind}
            options={KINDS.filter((one) => one === "all" || one === kind || counts.get(one)).map((one) => ({ value: one, label: text(`admin.people.kinds.${one}`, { count: counts.get(one) ?? 0 }) }))}
            onChange={(chosen) => {
              setKind(chosen);
              setMost(STEP);
            }}
          />
          {found.length ? (
            <ul className={`${sheet.list} ${styles.list}`} aria-label={text("people.title")}>
              {found.slice(0, most).map((user) => (
                <li key={user.id} className={`${sheet.item} ${user.is_active ? "" : sheet.closed}`}>
                  <UserRound size={19} strokeWidth={1.7} aria-hidden />
                  <div className={sheet.words}>
                    <strong>{user.name}</strong>
                    <span>
                      {user.is_active ? text(`roles.${user.role}`) : text("people.closed")}
                      {" · "}
                      {saysTheyAreAnAdult(user) ? `${text("admin.people.unsure")} · ` : null}
                      {text(user.onboarded ? `admin.people.types.${user.user_type}` : "admin.people.new")}
                      {user.last_seen_at ? (
                        <>
                          {" · "}
                          {text("people.seen")} <Ago moment={user.last_seen_at} />
                        </>
                      ) : null}
                    </span>
                  </div>
                  {user.id === self ? (
                    <span className={sheet.here}>{text("people.you")}</span>
                  ) : (
                    <PersonMenu
                      user={user}
                      onLink={(reset) => linking.mutate({ user, reset })}
                      onChange={(changes) => changing.mutate({ user, ...changes })}
                      onExport={() => setDoing({ what: "export", user })}
                      onErase={() => setDoing({ what: "erase", user })}
                    />
                  )}
                </li>
              ))}
            </ul>
          ) : (
            <Panel icon={ListFilter} title={text("admin.people.none")} actions={<Button onClick={widen}>{text("admin.people.all")}</Button>} />
          )}
          {found.length > most ? (
            <div className={styles.more}>
              <span role="status">{text("admin.people.shown", { shown: most, count: found.length })}</span>
              <Button onClick={() => setMost(most + STEP)}>{text("admin.people.more")}</Button>
            </div>
          ) : null}
        </>
      )}
      {doing?.what === "add" ? (
        <AddPerson
          onClose={() => setDoing(null)}
          onAdded={(made) => {
            setDoing(null);
            setInvitation(made);
            void refresh();
          }}
        />
      ) : null}
      {doing?.what === "export" ? <FormalExport user={doing.user} onClose={() => setDoing(null)} /> : null}
      {doing?.what === "erase" ? (
        <Erasing
          user={doing.user}
          onClose={() => setDoing(null)}
          onErased={() => {
            setDoing(null);
            notify(text("admin.people.erased", { name: doing.user.name }));
            void refresh();
          }}
        />
      ) : null}
      <Modal
        opened={invitation !== null}
        onClose={() => setInvitation(null)}
        closeOnClickOutside={false}
        title={text("people.linkFor", { name: invitation?.name ?? "" })}
        closeButtonProps={{ "aria-label": text("common.close") }}
      >
        {invitation ? (
          <div className={styles.made}>
            <p>{text(invitation.reset ? "admin.people.resetHelp" : "people.linkHelp", { name: invitation.name })}</p>
            <Copyable value={invitation.address} label={text("people.link")} />
            <div style={{ justifySelf: "center" }}>
              <QrCode value={invitation.address} label={text("people.linkQr")} size={196} />
            </div>
            <div className={styles.dialogButtons}>
              <Button tone="ink" onClick={() => setInvitation(null)}>
                {text("common.done")}
              </Button>
            </div>
          </div>
        ) : null}
      </Modal>
    </>
  );
}

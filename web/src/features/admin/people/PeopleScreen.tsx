import { Menu, Modal, Select, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, KeyRound, Link2, UserPlus, UserRound, UserRoundX } from "lucide-react";
import { useState } from "react";

import { addUser, changeUser, makeResetLink, makeSignInLink, sessionQuery, usersQuery } from "~/api/session";
import type { Account, Role, UserType } from "~/api/types";
import { absoluteUrl } from "~/lib/base";
import { useLanguage, useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Ago } from "~/ui/Ago";
import { Button, IconButton } from "~/ui/Button";
import { Copyable } from "~/ui/Copyable";
import { explain, Failure } from "~/ui/Failure";
import { QrCode } from "~/ui/QrCode";
import { Skeleton } from "~/ui/Skeleton";

import admin from "../admin.module.css";

import styles from "./people.module.css";

interface Invitation {
  name: string;
  address: string;
}

const ROLES: Role[] = ["reader", "editor", "owner"];

const TYPES: UserType[] = ["adult", "parent", "educator", "teenager", "child"];

/** Everybody with an account, for the owner. */
export function PeopleScreen() {
  const self = useQuery(sessionQuery).data?.user?.id;
  const text = useText();
  const queries = useQueryClient();
  const users = useQuery(usersQuery);
  const [adding, setAdding] = useState(false);
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const onError = (error: unknown) => notify(explain(error, text), { tone: "problem" });
  const refresh = () => queries.invalidateQueries({ queryKey: usersQuery.queryKey });
  const changing = useMutation({
    mutationFn: ({ id, ...changes }: { id: string; role?: Role; is_active?: boolean }) => changeUser(id, changes),
    onSuccess: refresh,
    onError,
  });
  const linking = useMutation({
    mutationFn: async (user: Account): Promise<Invitation> => ({ name: user.name, address: (await makeSignInLink(user.id)).address }),
    onSuccess: setInvitation,
    onError,
  });
  const resetting = useMutation({
    mutationFn: async (user: Account): Promise<Invitation> => ({ name: user.name, address: (await makeResetLink(user.id)).address }),
    onSuccess: setInvitation,
    onError,
  });
  const sign = { size: 16, strokeWidth: 1.7, "aria-hidden": true };
  return (
    <>
      <p className={admin.help}>{text("people.help")}</p>
      {users.isError ? (
        <Failure error={users.error} retry={() => void users.refetch()} />
      ) : !users.data ? (
        <Skeleton height={128} round={14} />
      ) : (
        <ul className={styles.list}>
          {users.data.items.map((user) => (
            <li key={user.id} className={`${styles.item} ${user.is_active ? "" : styles.closed}`}>
              <UserRound size={19} strokeWidth={1.7} aria-hidden />
              <div className={styles.words}>
                <strong>{user.name}</strong>
                <span>
                  {user.is_active ? text(`roles.${user.role}`) : text("people.closed")}
                  {" · "}
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
                <span className={styles.here}>{text("people.you")}</span>
              ) : (
                <Menu>
                  <Menu.Target>
                    <IconButton icon={Ellipsis} label={text("people.menu", { name: user.name })} />
                  </Menu.Target>
                  <Menu.Dropdown>
                    {user.is_active ? (
                      <>
                        <Menu.Item leftSection={<Link2 {...sign} />} onClick={() => linking.mutate(user)}>
                          {text("people.newLink")}
                        </Menu.Item>
                        <Menu.Item leftSection={<KeyRound {...sign} />} onClick={() => resetting.mutate(user)}>
                          {text("admin.people.reset")}
                        </Menu.Item>
                        <Menu.Label>{text("people.role")}</Menu.Label>
                        <Menu.RadioGroup value={user.role} onChange={(role) => changing.mutate({ id: user.id, role: role as Role })}>
                          {ROLES.map((role) => (
                            <Menu.RadioItem key={role} value={role} closeMenuOnClick>
                              {text(`roles.${role}`)}
                            </Menu.RadioItem>
                          ))}
                        </Menu.RadioGroup>
                        <Menu.Divider />
                        <Menu.Item leftSection={<UserRoundX {...sign} />} onClick={() => changing.mutate({ id: user.id, is_active: false })}>
                          {text("people.close")}
                        </Menu.Item>
                      </>
                    ) : (
                      <Menu.Item leftSection={<UserRound {...sign} />} onClick={() => changing.mutate({ id: user.id, is_active: true })}>
                        {text("people.reopen")}
                      </Menu.Item>
                    )}
                  </Menu.Dropdown>
                </Menu>
              )}
            </li>
          ))}
        </ul>
      )}
      <div className={styles.buttons}>
        <Button icon={UserPlus} onClick={() => setAdding(true)}>
          {text("people.add")}
        </Button>
      </div>
      {adding ? (
        <AddPerson
          onClose={() => setAdding(false)}
          onAdded={(made) => {
            setAdding(false);
            setInvitation(made);
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
            <p>{text("people.linkHelp", { name: invitation.name })}</p>
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

function AddPerson({ onAdded, onClose }: { onAdded: (made: Invitation) => void; onClose: () => void }) {
  const text = useText();
  const { language } = useLanguage();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("reader");
  const [type, setType] = useState<UserType | "">("");
  const adding = useMutation({
    mutationFn: () => addUser({ name: name.trim(), role, language, ...(type ? { user_type: type } : {}) }),
    onSuccess: (made) => onAdded({ name: made.name, address: absoluteUrl(`welcome#token=${made.sign_in_token}`) }),
  });
  return (
    <Modal opened onClose={onClose} title={text("people.add")} closeButtonProps={{ "aria-label": text("common.close") }}>
      <form
        className={styles.made}
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) adding.mutate();
        }}
      >
        <TextInput
          data-autofocus
          label={text("field.name")}
          value={name}
          maxLength={200}
          error={adding.error ? explain(adding.error, text) : null}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label={text("people.role")}
          description={text(`people.may.${role}`)}
          data={ROLES.map((value) => ({ value, label: text(`roles.${value}`) }))}
          value={role}
          allowDeselect={false}
          onChange={(value) => setRole((value ?? "reader"))}
        />
        <Select
          label={text("admin.people.type")}
          description={text("admin.people.typeHelp")}
          data={[{ value: "", label: text("admin.people.ask") }, ...TYPES.map((value) => ({ value, label: text(`admin.people.types.${value}`) }))]}
          value={type}
          allowDeselect={false}
          onChange={(value) => setType((value ?? ""))}
        />
        <div className={styles.dialogButtons}>
          <Button tone="bare" onClick={onClose}>
            {text("common.cancel")}
          </Button>
          <Button type="submit" tone="ink" busy={adding.isPending} disabled={!name.trim()}>
            {text("people.add")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

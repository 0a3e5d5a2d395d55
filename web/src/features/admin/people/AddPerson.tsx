import { Modal, Select, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { addUser } from "~/api/session";
import type { Role, UserType } from "~/api/types";
import { absoluteUrl } from "~/lib/base";
import { useLanguage, useText } from "~/lib/language";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import styles from "./people.module.css";

/** A link for somebody, to send or to show; `reset`: it sets a new password. */
export interface Invitation {
  name: string;
  address: string;
  reset?: boolean;
}

export const ROLES: Role[] = ["reader", "editor", "owner"];
const TYPES: UserType[] = ["adult", "parent", "educator", "teenager", "child"];

/** A new account, and the link by which its person comes in. */
export function AddPerson({ onAdded, onClose }: { onAdded: (made: Invitation) => void; onClose: () => void }) {
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

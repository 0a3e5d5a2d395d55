import { Menu } from "@mantine/core";
import { Ellipsis, FileLock2, KeyRound, Link2, Trash2, UserRound, UserRoundCheck, UserRoundX } from "lucide-react";

import type { Account, Role } from "~/api/types";
import { useText } from "~/lib/language";
import { IconButton } from "~/ui/Button";

import { ROLES } from "./AddPerson";
import { saysTheyAreAnAdult } from "./model";

export interface Changes {
  role?: Role;
  is_active?: boolean;
  vouched?: boolean;
}

interface Props {
  user: Account;
  onLink: (reset: boolean) => void;
  onChange: (changes: Changes) => void;
  onExport: () => void;
  onErase: () => void;
}

/** What the owner can do about somebody. */
export function PersonMenu({ user, onLink, onChange, onExport, onErase }: Props) {
  const text = useText();
  const sign = { size: 16, strokeWidth: 1.7, "aria-hidden": true };
  return (
    <Menu>
      <Menu.Target>
        <IconButton icon={Ellipsis} label={text("people.menu", { name: user.name })} />
      </Menu.Target>
      <Menu.Dropdown>
        {user.is_active ? (
          <>
            {saysTheyAreAnAdult(user) ? (
              <Menu.Item leftSection={<UserRoundCheck {...sign} />} onClick={() => onChange({ vouched: true })}>
                {text("admin.people.vouch")}
              </Menu.Item>
            ) : null}
            <Menu.Item leftSection={<Link2 {...sign} />} onClick={() => onLink(false)}>
              {text("people.newLink")}
            </Menu.Item>
            <Menu.Item leftSection={<KeyRound {...sign} />} onClick={() => onLink(true)}>
              {text("admin.people.reset")}
            </Menu.Item>
            <Menu.Label>{text("people.role")}</Menu.Label>
            <Menu.RadioGroup value={user.role} onChange={(role) => onChange({ role: role as Role })}>
              {ROLES.map((role) => (
                <Menu.RadioItem key={role} value={role} closeMenuOnClick>
                  {text(`roles.${role}`)}
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
            <Menu.Divider />
          </>
        ) : null}
        <Menu.Item leftSection={<FileLock2 {...sign} />} onClick={onExport}>
          {text("admin.people.formal")}
        </Menu.Item>
        {user.is_active ? (
          <Menu.Item leftSection={<UserRoundX {...sign} />} onClick={() => onChange({ is_active: false })}>
            {text("people.close")}
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<UserRound {...sign} />} onClick={() => onChange({ is_active: true })}>
            {text("people.reopen")}
          </Menu.Item>
        )}
        <Menu.Item leftSection={<Trash2 {...sign} />} onClick={onErase}>
          {text("admin.people.erase")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

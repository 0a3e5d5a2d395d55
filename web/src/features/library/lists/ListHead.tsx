import { Menu, TextInput } from "@mantine/core";
import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";

import { useText } from "~/lib/language";
import { AskDialog } from "~/ui/AskDialog";
import { BackTo } from "~/ui/BackTo";
import { IconButton } from "~/ui/Button";

import styles from "./ListHead.module.css";

interface Props {
  name: string;
  count: string;
  busy: boolean;
  onRename: (name: string) => void;
  onDelete: () => void;
  children?: ReactNode;
}

/** The head of a collection or a reading list: its name, and what can be done with it as a whole. */
export function ListHead({ name, count, busy, onRename, onDelete, children }: Props) {
  const text = useText();
  const [asking, setAsking] = useState<"rename" | "delete" | null>(null);
  const [draft, setDraft] = useState(name);
  return (
    <div className={styles.head}>
      <BackTo to="/lists">{text("rooms.lists")}</BackTo>
      <div className={styles.line}>
        <div>
          <h1>{name}</h1>
          <p>{count}</p>
        </div>
        <div className={styles.actions}>
          {children}
          <Menu>
            <Menu.Target>
              <IconButton icon={Ellipsis} label={text("lists.menu", { name })} />
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={<Pencil size={16} strokeWidth={1.7} aria-hidden />}
                onClick={() => {
                  setDraft(name);
                  setAsking("rename");
                }}
              >
                {text("lists.rename")}
              </Menu.Item>
              <Menu.Item leftSection={<Trash2 size={16} strokeWidth={1.7} aria-hidden />} onClick={() => setAsking("delete")}>
                {text("lists.delete")}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
      </div>
      {asking === "rename" ? (
        <AskDialog
          title={text("lists.rename")}
          action={text("common.save")}
          disabled={!draft.trim() || draft === name}
          busy={busy}
          onAct={() => {
            onRename(draft.trim());
            setAsking(null);
          }}
          onClose={() => setAsking(null)}
        >
          <TextInput data-autofocus label={text("field.name")} value={draft} maxLength={200} onChange={(event) => setDraft(event.currentTarget.value)} />
        </AskDialog>
      ) : null}
      {asking === "delete" ? (
        <AskDialog
          title={text("lists.deleteTitle", { name })}
          action={text("lists.deleteNamed", { name })}
          tone="danger"
          busy={busy}
          onAct={onDelete}
          onClose={() => setAsking(null)}
        >
          <p>{text("lists.deleteHelp")}</p>
        </AskDialog>
      ) : null}
    </div>
  );
}

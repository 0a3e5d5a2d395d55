import { Modal } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";

import { useText } from "~/lib/language";

import styles from "./KeysSheet.module.css";
import { onShowKeys } from "./keys";

const groups: { title: string; keys: [string[], string][] }[] = [
  {
    title: "keys.everywhere",
    keys: [
      [["/", "Ctrl K"], "keys.search"],
      [["G", "S"], "keys.goShelf"],
      [["G", "L"], "keys.goLists"],
      [["?"], "keys.sheet"],
      [["Esc"], "keys.close"],
    ],
  },
  {
    title: "keys.shelf",
    keys: [
      [["←", "→", "↑", "↓"], "keys.covers"],
      [["Enter"], "keys.open"],
      [["X"], "keys.select"],
    ],
  },
  {
    title: "keys.reader",
    keys: [
      [["←", "→"], "keys.turn"],
      [["Space"], "keys.onwards"],
      [["Home", "End"], "keys.ends"],
      [["G"], "keys.guided"],
      [["T"], "keys.transcript"],
      [["F"], "keys.fullScreen"],
    ],
  },
];

/** The sheet of keys, on `?`. */
export function KeysSheet() {
  const text = useText();
  const navigate = useNavigate();
  const [opened, { open, close }] = useDisclosure(false);
  useHotkeys([["shift+?", open]]);
  useEffect(() => onShowKeys(open), [open]);
  useGoKeys({ s: () => void navigate({ to: "/" }), l: () => void navigate({ to: "/lists" }) });
  return (
    <Modal opened={opened} onClose={close} title={text("keys.title")} size={620} closeButtonProps={{ "aria-label": text("common.close") }}>
      <div className={styles.groups}>
        {groups.map((group) => (
          <section key={group.title}>
            <h3>{text(group.title)}</h3>
            <dl>
              {group.keys.map(([keys, what]) => (
                <div key={what}>
                  <dt>{text(what)}</dt>
                  <dd>
                    {keys.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}

const WAIT = 900;

/** Calls the place for a letter pressed right after `g`, outside of fields. */
function useGoKeys(places: Record<string, () => void>) {
  useEffect(() => {
    let pressed = 0;
    const listen = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, textarea, select, [contenteditable], [role=dialog]")) return;
      if (event.key === "g") pressed = event.timeStamp;
      else if (event.timeStamp - pressed < WAIT) {
        pressed = 0;
        places[event.key]?.();
      }
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  });
}

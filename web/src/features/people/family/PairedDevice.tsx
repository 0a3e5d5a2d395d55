import { Checkbox, Popover } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { TabletSmartphone } from "lucide-react";
import { useState } from "react";

import { pairedDevicesQuery, setChildrenOf, unpair } from "~/api/family";
import type { Child, PairedDevice as Device } from "~/api/types";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Ago } from "~/ui/Ago";
import { AskDialog } from "~/ui/AskDialog";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import styles from "./family.module.css";

/** A device that children sign in on, and who of them may. */
export function PairedDevice({ device, items }: { device: Device; items: Child[] }) {
  const text = useText();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const renewed = {
    onSuccess: () => queries.invalidateQueries({ queryKey: pairedDevicesQuery.queryKey }),
    onError: (error: unknown) => notify(explain(error, text), { tone: "problem" }),
  };
  const choosing = useMutation({ mutationFn: (children: string[]) => setChildrenOf(device.id, children), ...renewed });
  const leaving = useMutation({ mutationFn: () => unpair(device.id), ...renewed, onSettled: () => setAsking(false) });
  const here = new Set(device.children.map((child) => child.id));
  return (
    <li className={styles.asking}>
      <TabletSmartphone size={19} strokeWidth={1.7} aria-hidden />
      <span className={styles.words}>
        <strong>{device.name}</strong>
        <span>
          {device.children.map((child) => child.name).join(", ") || text("family.devices.nobody")}
          {device.last_used_at ? (
            <>
              {" · "}
              <Ago moment={device.last_used_at} />
            </>
          ) : null}
        </span>
      </span>
      <span className={styles.buttons}>
        <Popover width={220} trapFocus returnFocus>
          <Popover.Target>
            <Button small>{text("family.devices.who")}</Button>
          </Popover.Target>
          <Popover.Dropdown>
            <fieldset className={styles.choices}>
              <legend className="unseen">{text("family.devices.who")}</legend>
              {items.map((child) => (
                <Checkbox
                  key={child.id}
                  label={child.name}
                  checked={here.has(child.id)}
                  disabled={choosing.isPending}
                  onChange={(event) => choosing.mutate(event.currentTarget.checked ? [...here, child.id] : [...here].filter((one) => one !== child.id))}
                />
              ))}
            </fieldset>
          </Popover.Dropdown>
        </Popover>
        <Button small onClick={() => setAsking(true)}>
          {text("family.devices.remove")}
        </Button>
      </span>
      {asking ? (
        <AskDialog title={text("family.devices.removeNamed", { name: device.name })} action={text("family.devices.remove")} tone="danger" busy={leaving.isPending} onAct={() => leaving.mutate()} onClose={() => setAsking(false)}>
          <p>{text("family.devices.removeHelp")}</p>
        </AskDialog>
      ) : null}
    </li>
  );
}

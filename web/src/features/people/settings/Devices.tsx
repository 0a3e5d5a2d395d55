import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";

import { devicesQuery, signOutDevice, signOutOtherDevices } from "~/api/session";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Ago } from "~/ui/Ago";
import { Button } from "~/ui/Button";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";
import sheet from "~/ui/sheet.module.css";

import { Section } from "./Section";

export function Devices() {
  const text = useText();
  const queries = useQueryClient();
  const devices = useQuery(devicesQuery);
  const leaving = useMutation({
    mutationFn: async (id: string | null) => {
      if (id === null) await signOutOtherDevices();
      else await signOutDevice(id);
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: devicesQuery.queryKey }),
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  return (
    <Section title={text("devices.title")} help={text("devices.help")}>
      {devices.isError ? (
        <Failure error={devices.error} retry={() => void devices.refetch()} />
      ) : !devices.data ? (
        <Skeleton height={128} round={14} />
      ) : (
        <>
          <ul className={sheet.list}>
            {devices.data.items.toSorted((one, other) => Number(other.current) - Number(one.current)).map((device) => (
              <li key={device.id} className={sheet.item}>
                <MonitorSmartphone size={19} strokeWidth={1.7} aria-hidden />
                <div className={sheet.words}>
                  <strong>{device.name || text("devices.unnamed")}</strong>
                  {device.last_seen_at ? (
                    <span>
                      {text("devices.seen")} <Ago moment={device.last_seen_at} />
                    </span>
                  ) : null}
                </div>
                {device.current ? (
                  <span className={sheet.here}>{text("devices.here")}</span>
                ) : (
                  <Button
                    small
                    aria-label={text("devices.signOutNamed", { name: device.name })}
                    busy={leaving.isPending && leaving.variables === device.id}
                    onClick={() => leaving.mutate(device.id)}
                  >
                    {text("user.signOut")}
                  </Button>
                )}
              </li>
            ))}
          </ul>
          {devices.data.items.length > 2 ? (
            <div className={sheet.buttons}>
              <Button busy={leaving.isPending && leaving.variables === null} onClick={() => leaving.mutate(null)}>
                {text("devices.signOutOthers")}
              </Button>
            </div>
          ) : null}
        </>
      )}
    </Section>
  );
}

import { Switch } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { Plus, ToggleLeft } from "lucide-react";

import { changeFlag, flagsQuery, type Flag } from "~/api/flags";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Button } from "~/ui/Button";
import { explain, Failure, Panel } from "~/ui/Failure";
import { PaneRow, Panes } from "~/ui/Panes";
import { Skeleton } from "~/ui/Skeleton";

import admin from "../admin.module.css";

import { FlagEditor } from "./FlagEditor";
import styles from "./Flags.module.css";
import { definitionOf } from "./model";

const route = getRouteApi("/inside/shell/admin/flags");

/** The switches of Fumetto: what is on, for whom, and what somebody would get. */
export function FlagsScreen() {
  const text = useText();
  const { name, adding } = route.useSearch();
  const navigate = route.useNavigate();
  const flags = useQuery(flagsQuery);
  const chosen = flags.data?.items.find((flag) => flag.name === name);
  return (
    <>
      <p className={admin.help}>{text("admin.flags.help")}</p>
      <Panes
        dense
        chosen={Boolean(name ?? adding)}
        back={{ to: "/admin/flags", search: {} }}
        backTo={text("admin.flags.back")}
        list={
          <div className={styles.list}>
            {flags.isError && !flags.data ? (
              <Failure error={flags.error} retry={() => void flags.refetch()} />
            ) : !flags.data ? (
              <Skeleton height={320} round={14} />
            ) : (
              <ul className={styles.rows} aria-label={text("admin.flags.list")}>
                {flags.data.items.map((flag) => (
                  <Row key={flag.name} flag={flag} here={flag.name === name} />
                ))}
              </ul>
            )}
            <Button small icon={Plus} onClick={() => void navigate({ search: { adding: true } })}>
              {text("admin.flags.add")}
            </Button>
          </div>
        }
        detail={
          chosen || adding ? (
            <FlagEditor key={chosen ? `${chosen.name} ${chosen.version}` : "new"} flag={chosen ?? null} />
          ) : (
            <Panel icon={ToggleLeft} title={text("admin.flags.choose")}>
              {text("admin.flags.chooseHelp")}
            </Panel>
          )
        }
      />
    </>
  );
}

function Row({ flag, here }: { flag: Flag; here: boolean }) {
  const text = useText();
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ["admin", "flags"] });
  const onError = (error: unknown) => notify(explain(error, text), { tone: "problem" });
  const set = (is_enabled: boolean, version?: number) => changeFlag(flag.name, { ...definitionOf(flag), is_enabled, ...(version === undefined ? {} : { version }) });
  const switching = useMutation({
    mutationFn: (on: boolean) => set(on, flag.version),
    onSuccess: (made) => {
      const on = made.is_enabled ?? true;
      notify(text(on ? "admin.flags.isOn" : "admin.flags.isOff", { name: flag.name }), { undo: () => void set(!on).then(refresh, onError) });
    },
    onError,
    onSettled: refresh,
  });
  const on = switching.isPending ? switching.variables : (flag.is_enabled ?? true);
  return (
    <PaneRow className={styles.row} here={here}>
      <Link from="/admin/flags" to="." search={{ name: flag.name }} aria-current={here ? "true" : undefined}>
        <strong className={admin.code}>{flag.name}</strong>
        <span>{flag.description}</span>
        <span className={styles.marks}>
          {flag.kind === "rule" ? <em>{text("admin.flags.rule")}</em> : null}
          {flag.variant && flag.variant !== "all" ? <em>{text(`admin.flags.audience.${flag.variant}`)}</em> : null}
          {flag.targeting ?? flag.targeting_rules ? <em>{text("admin.flags.forSome")}</em> : null}
          {flag.is_set ? <em>{text("admin.flags.setHere")}</em> : null}
        </span>
      </Link>
      <Switch checked={on} disabled={switching.isPending} aria-label={text("admin.flags.switch", { name: flag.name })} onChange={(event) => switching.mutate(event.currentTarget.checked)} />
    </PaneRow>
  );
}

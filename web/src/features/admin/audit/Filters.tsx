import { NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { X } from "lucide-react";

import { deedWordsQuery } from "~/api/admin";
import { usersQuery } from "~/api/session";
import { useText } from "~/lib/language";
import { Button } from "~/ui/Button";

import own from "./Audit.module.css";

const route = getRouteApi("/inside/shell/admin/audit");

/** By whom, what, on what and when; kept in the address, so that a list can be sent to somebody. */
export function Filters() {
  const text = useText();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const users = useQuery(usersQuery).data?.items ?? [];
  const words = useQuery(deedWordsQuery).data;
  const set = (change: Partial<typeof search>) => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const field = (name: "actor" | "action" | "kind" | "since" | "until") => ({
    size: "xs" as const,
    value: search[name] ?? "",
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLSelectElement>) => set({ [name]: event.currentTarget.value || undefined }),
  });
  const actions = words?.actions ?? [];
  const named = (word: { code: string; label: string }) => ({ value: word.code, label: word.label === word.code ? word.code : `${word.label} (${word.code})` });
  const ofRoom = (room: string) => [{ value: room, label: text("admin.audit.room", { room }) }, ...actions.filter(({ code }) => code.startsWith(room)).map(named)];
  return (
    <search className={own.filters} aria-label={text("admin.audit.narrow")}>
      <NativeSelect
        label={text("admin.audit.actor")}
        data={[
          { value: "", label: text("admin.audit.anybody") },
          { value: "machine", label: text("admin.audit.machine") },
          ...users.map((user) => ({ value: user.id, label: user.name })),
        ]}
        {...field("actor")}
      />
      <NativeSelect
        label={text("admin.audit.action")}
        data={[{ value: "", label: text("admin.audit.anything") }, ...(words?.rooms ?? []).map((room) => ({ group: room, items: ofRoom(room) }))]}
        {...field("action")}
      />
      <NativeSelect label={text("admin.audit.entity")} data={[{ value: "", label: text("admin.audit.anyThing") }, ...(words?.entity_types ?? []).map((kind) => ({ value: kind.code, label: kind.label }))]} {...field("kind")} />
      <TextInput type="date" label={text("admin.audit.since")} max={search.until} {...field("since")} />
      <TextInput type="date" label={text("admin.audit.until")} min={search.since} {...field("until")} />
      {search.thing ? (
        <p className={own.oneThing}>{text("admin.audit.oneThing")}</p>
      ) : null}
      {Object.values(search).some(Boolean) ? (
        <Button small tone="bare" icon={X} onClick={() => void navigate({ search: {}, replace: true })}>
          {text("admin.audit.clear")}
        </Button>
      ) : null}
    </search>
  );
}

import { Modal, Radio, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";

import { part } from "~/api/http";
import { apiKeysQuery, makeApiKey, revokeApiKey } from "~/api/session";
import type { ApiKey, NewApiKey } from "~/api/types";
import { absoluteUrl } from "~/lib/base";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Ago } from "~/ui/Ago";
import { Button } from "~/ui/Button";
import { Copyable } from "~/ui/Copyable";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";
import sheet from "~/ui/sheet.module.css";

import styles from "./Keys.module.css";
import { Section } from "./Section";
import shared from "./Settings.module.css";

const QrCode = lazy(async () => ({ default: (await part(import("~/ui/QrCode"))).QrCode }));

/** Reading in other programs: the addresses of the feeds, and the keys that open them. */
export function Keys({ mayManage, name }: { mayManage: boolean; name: string }) {
  const text = useText();
  const queries = useQueryClient();
  const keys = useQuery(apiKeysQuery);
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const opds = absoluteUrl("opds/v2");
  const revoke = useMutation({
    mutationFn: revokeApiKey,
    onSuccess: async () => {
      setRevoking(null);
      await queries.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
    },
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  return (
    <Section title={text("opds.title")} help={text("opds.help")}>
      <div className={styles.feeds}>
        <div>
          <p className={shared.label}>{text("opds.v2")}</p>
          <Copyable value={opds} label={text("opds.v2")} />
          <p className={shared.label}>{text("opds.v1")}</p>
          <Copyable value={absoluteUrl("opds/v1.2")} label={text("opds.v1")} />
          <p className={styles.how}>{text("opds.how", { name })}</p>
        </div>
        <Suspense fallback={<Skeleton width={148} height={148} />}>
          <QrCode value={opds} label={text("opds.qr")} />
        </Suspense>
      </div>
      {keys.isError ? (
        <Failure error={keys.error} retry={() => void keys.refetch()} />
      ) : !keys.data ? (
        <Skeleton height={64} round={14} />
      ) : keys.data.items.length ? (
        <ul className={sheet.list}>
          {keys.data.items.map((key) => (
            <li key={key.id} className={sheet.item}>
              <KeyRound size={19} strokeWidth={1.7} aria-hidden />
              <div className={sheet.words}>
                <strong>{key.name}</strong>
                <span>
                  {key.prefix ? `${key.prefix}… · ` : null}
                  {key.last_used_at ? (
                    <>
                      {text("keysApi.used")} <Ago moment={key.last_used_at} />
                    </>
                  ) : (
                    text("keysApi.unused")
                  )}
                </span>
              </div>
              <Button small tone="danger" aria-label={text("keysApi.revokeNamed", { name: key.name })} onClick={() => setRevoking(key)}>
                {text("keysApi.revoke")}
              </Button>
            </li>
          ))}
        </ul>
      ) : (
        <p className={shared.none}>{text("keysApi.none")}</p>
      )}
      <div className={sheet.buttons}>
        <Button icon={Plus} onClick={() => setMaking(true)}>
          {text("keysApi.make")}
        </Button>
      </div>
      {making ? <MakeKey mayManage={mayManage} owner={name} onClose={() => setMaking(false)} /> : null}
      <Modal
        opened={revoking !== null}
        onClose={() => setRevoking(null)}
        title={text("keysApi.revokeTitle", { name: revoking?.name ?? "" })}
        closeButtonProps={{ "aria-label": text("common.close") }}
      >
        <p className={shared.none}>{text("keysApi.revokeHelp")}</p>
        <div className={styles.dialogButtons}>
          <Button tone="bare" onClick={() => setRevoking(null)}>
            {text("common.cancel")}
          </Button>
          <Button tone="danger" busy={revoke.isPending} onClick={() => revoking && revoke.mutate(revoking.id)}>
            {text("keysApi.revokeNamed", { name: revoking?.name ?? "" })}
          </Button>
        </div>
      </Modal>
    </Section>
  );
}

function MakeKey({ mayManage, owner, onClose }: { mayManage: boolean; owner: string; onClose: () => void }) {
  const text = useText();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [use, setUse] = useState<"read-progress" | "manage">("read-progress");
  const [made, setMade] = useState<NewApiKey | null>(null);
  const making = useMutation({
    mutationFn: () => makeApiKey(name.trim(), [use]),
    onSuccess: async (key) => {
      setMade(key);
      await queries.invalidateQueries({ queryKey: apiKeysQuery.queryKey });
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={!made}
      title={text(made ? "keysApi.made" : "keysApi.make")}
      closeButtonProps={{ "aria-label": text("common.close") }}
    >
      {made ? (
        <div className={styles.made}>
          <p>{text("keysApi.once")}</p>
          <Copyable value={made.token} label={made.name} />
          <p className={styles.how}>{text("opds.how", { name: owner })}</p>
          <div className={styles.dialogButtons}>
            <Button tone="ink" onClick={onClose}>
              {text("common.done")}
            </Button>
          </div>
        </div>
      ) : (
        <form
          className={styles.made}
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim()) making.mutate();
          }}
        >
          <TextInput
            data-autofocus
            label={text("keysApi.name")}
            placeholder={text("keysApi.nameExample")}
            value={name}
            maxLength={100}
            error={making.error ? explain(making.error, text) : null}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {mayManage ? (
            <Radio.Group label={text("keysApi.for")} value={use} onChange={(value) => setUse(value)}>
              <div className={styles.uses}>
                <Radio value="read-progress" label={text("keysApi.forReading")} />
                <Radio value="manage" label={text("keysApi.forManaging")} />
              </div>
            </Radio.Group>
          ) : null}
          <div className={styles.dialogButtons}>
            <Button tone="bare" onClick={onClose}>
              {text("common.cancel")}
            </Button>
            <Button type="submit" tone="ink" busy={making.isPending} disabled={!name.trim()}>
              {text("keysApi.make")}
            </Button>
          </div>
        </form>
      )}
    </Modal>
  );
}

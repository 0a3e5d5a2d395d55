import { Checkbox, Modal, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Drama, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";

import { changeVoice, deleteVoice, makeVoice, voicesQuery, type Persona } from "~/api/voices";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Button, IconButton } from "~/ui/Button";
import { explain, Failure } from "~/ui/Failure";
import { Skeleton } from "~/ui/Skeleton";

import styles from "./Keys.module.css";
import { Section } from "./Section";
import shared from "./Settings.module.css";

/** The voices that the companion may speak in: one's own, and everybody's. */
export function Voices({ mayManage }: { mayManage: boolean }) {
  const text = useText();
  const queries = useQueryClient();
  const voices = useQuery(voicesQuery);
  const [editing, setEditing] = useState<Persona | "new" | null>(null);
  const [deleting, setDeleting] = useState<Persona | null>(null);
  const refresh = () => queries.invalidateQueries({ queryKey: voicesQuery.queryKey });
  const removing = useMutation({
    mutationFn: (one: Persona) => deleteVoice(one.id),
    onSuccess: async () => {
      setDeleting(null);
      await refresh();
    },
    onError: (error) => notify(explain(error, text), { tone: "problem" }),
  });
  const may = (one: Persona) => !one.shared || mayManage;
  return (
    <Section title={text("voices.title")} help={text("voices.help")}>
      {voices.isError ? (
        <Failure error={voices.error} retry={() => void voices.refetch()} />
      ) : !voices.data ? (
        <Skeleton height={64} round={14} />
      ) : voices.data.items.length ? (
        <ul className={shared.list}>
          {voices.data.items.map((one) => (
            <li key={one.id} className={shared.item}>
              <Drama size={19} strokeWidth={1.7} aria-hidden />
              <div className={shared.words}>
                <strong>{one.name}</strong>
                <span>{one.voice || one.opening || text("voices.plain")}</span>
              </div>
              {one.shared ? <span className={shared.here}>{text("voices.shared")}</span> : null}
              {may(one) ? (
                <>
                  <IconButton icon={Pencil} label={text("voices.edit", { name: one.name })} onClick={() => setEditing(one)} />
                  <IconButton icon={Trash2} label={text("voices.delete", { name: one.name })} onClick={() => setDeleting(one)} />
                </>
              ) : null}
            </li>
          ))}
        </ul>
      ) : (
        <p className={shared.none}>{text("voices.none")}</p>
      )}
      <div className={shared.buttons}>
        <Button icon={Plus} onClick={() => setEditing("new")}>
          {text("voices.make")}
        </Button>
      </div>
      {editing ? (
        <VoiceForm
          voice={editing === "new" ? null : editing}
          mayShare={mayManage}
          onClose={() => setEditing(null)}
          onSaved={() => {
            setEditing(null);
            void refresh();
          }}
        />
      ) : null}
      <Modal
        opened={deleting !== null}
        onClose={() => setDeleting(null)}
        title={text("voices.deleteTitle", { name: deleting?.name ?? "" })}
        closeButtonProps={{ "aria-label": text("common.close") }}
      >
        <p className={shared.none}>{text("voices.deleteHelp")}</p>
        <div className={styles.dialogButtons}>
          <Button tone="bare" onClick={() => setDeleting(null)}>
            {text("common.cancel")}
          </Button>
          <Button tone="danger" busy={removing.isPending} onClick={() => deleting && removing.mutate(deleting)}>
            {text("voices.delete", { name: deleting?.name ?? "" })}
          </Button>
        </div>
      </Modal>
    </Section>
  );
}

function VoiceForm({ voice, mayShare, onClose, onSaved }: { voice: Persona | null; mayShare: boolean; onClose: () => void; onSaved: () => void }) {
  const text = useText();
  const [name, setName] = useState(voice?.name ?? "");
  const [manner, setManner] = useState(voice?.voice ?? "");
  const [opening, setOpening] = useState(voice?.opening ?? "");
  const [sharing, setSharing] = useState(false);
  const saving = useMutation({
    mutationFn: () => (voice ? changeVoice(voice.id, { name, voice: manner, opening }) : makeVoice({ name, voice: manner, opening, shared: sharing })),
    onSuccess: onSaved,
  });
  return (
    <Modal opened onClose={onClose} title={text(voice ? "voices.edit" : "voices.make", { name: voice?.name ?? "" })} closeButtonProps={{ "aria-label": text("common.close") }}>
      <form
        className={styles.made}
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) saving.mutate();
        }}
      >
        <TextInput
          data-autofocus
          label={text("voices.name")}
          value={name}
          maxLength={128}
          error={saving.error ? explain(saving.error, text) : null}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Textarea
          label={text("voices.manner")}
          description={text("voices.mannerHelp")}
          value={manner}
          maxLength={4000}
          autosize
          minRows={3}
          maxRows={10}
          onChange={(event) => setManner(event.currentTarget.value)}
        />
        <TextInput label={text("voices.opening")} description={text("voices.openingHelp")} value={opening} maxLength={1000} onChange={(event) => setOpening(event.currentTarget.value)} />
        {mayShare && !voice ? <Checkbox label={text("voices.share")} checked={sharing} onChange={(event) => setSharing(event.currentTarget.checked)} /> : null}
        <div className={styles.dialogButtons}>
          <Button tone="bare" onClick={onClose}>
            {text("common.cancel")}
          </Button>
          <Button type="submit" tone="ink" busy={saving.isPending} disabled={!name.trim()}>
            {text("common.save")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

import { Checkbox, Modal, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Drama, ImageUp, Pencil, Plus, Trash2, X } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";

import { changeVoice, deleteVoice, givePicture, makeVoice, pictureUrl, takePicture, voicesQuery, type Persona } from "~/api/voices";
import { useText } from "~/lib/language";
import { notify } from "~/lib/notices";
import { Button, IconButton } from "~/ui/Button";
import { explain, Failure } from "~/ui/Failure";
import { Picture } from "~/ui/Picture";
import { Skeleton } from "~/ui/Skeleton";
import sheet from "~/ui/sheet.module.css";

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
        <ul className={sheet.list}>
          {voices.data.items.map((one) => (
            <li key={one.id} className={sheet.item}>
              <Face url={pictureUrl(one)} />
              <div className={sheet.words}>
                <strong>{one.name}</strong>
                <span>{one.voice || one.opening || text("voices.plain")}</span>
              </div>
              {one.shared ? <span className={sheet.here}>{text("voices.shared")}</span> : null}
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
      <div className={sheet.buttons}>
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

function Face({ url, large }: { url: string | null; large?: boolean }) {
  const none = <Drama size={large ? 26 : 19} strokeWidth={1.7} aria-hidden />;
  return (
    <span className={styles.face} data-large={large}>
      {url ? <Picture key={url} url={url} alt="" eager fallback={none} /> : none}
    </span>
  );
}

/** The picture of a voice: what is there, what was chosen in its place, or that it is to go. */
type Chosen = "as it is" | "none" | File;

function VoiceForm({ voice, mayShare, onClose, onSaved }: { voice: Persona | null; mayShare: boolean; onClose: () => void; onSaved: () => void }) {
  const text = useText();
  const [name, setName] = useState(voice?.name ?? "");
  const [manner, setManner] = useState(voice?.voice ?? "");
  const [opening, setOpening] = useState(voice?.opening ?? "");
  const [sharing, setSharing] = useState(false);
  const [picture, setPicture] = useState<Chosen>("as it is");
  const made = useRef(voice);
  const saving = useMutation({
    mutationFn: async () => {
      // What was made stays made where its picture is refused: trying again changes it.
      made.current = made.current ? await changeVoice(made.current.id, { name, voice: manner, opening }) : await makeVoice({ name, voice: manner, opening, shared: sharing });
      if (picture instanceof File) await givePicture(made.current.id, picture);
      else if (picture === "none" && made.current.portrait) await takePicture(made.current.id);
    },
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
        <PictureField now={voice && pictureUrl(voice)} chosen={picture} onChoose={setPicture} />
        <TextInput
          data-autofocus
          label={text("voices.name")}
          value={name}
          maxLength={128}
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
        {saving.error ? (
          <p role="alert" className={styles.problem}>
            {explain(saving.error, text)}
          </p>
        ) : null}
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

function PictureField({ now, chosen, onChoose }: { now: string | null; chosen: Chosen; onChoose: (chosen: Chosen) => void }) {
  const text = useText();
  const input = useRef<HTMLInputElement>(null);
  const preview = useMemo(() => (chosen instanceof File ? URL.createObjectURL(chosen) : null), [chosen]);
  useEffect(() => () => (preview ? URL.revokeObjectURL(preview) : undefined), [preview]);
  const shown = preview ?? (chosen === "as it is" ? now : null);
  return (
    <div className={styles.picture} role="group" aria-label={text("companion.picture")}>
      <Face url={shown} large />
      <div>
        <div className={sheet.buttons}>
          <Button small icon={ImageUp} onClick={() => input.current?.click()}>
            {text(shown ? "companion.picture.other" : "companion.picture.choose")}
          </Button>
          {shown ? (
            <Button small tone="bare" icon={X} onClick={() => onChoose("none")}>
              {text("companion.picture.remove")}
            </Button>
          ) : null}
        </div>
        <p className={styles.how}>{text("companion.picture.help")}</p>
      </div>
      <input
        ref={input}
        type="file"
        hidden
        accept="image/*"
        aria-label={text("companion.picture.choose")}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file) onChoose(file);
          event.target.value = "";
        }}
      />
    </div>
  );
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { FileUp, FolderUp } from "lucide-react";
import { useRef, useState } from "react";

import { stale } from "~/api/editing";
import type { upload } from "~/api/http";
import { useText } from "~/lib/language";
import { Bar } from "~/ui/Bar";
import { Button } from "~/ui/Button";
import { explain } from "~/ui/Failure";

import panes from "./panes.module.css";

interface Props<T> {
  label: string;
  help: string;
  accept: string;
  /** Whether a folder can be chosen too. */
  folder?: boolean;
  send: (files: readonly File[], sending: Parameters<typeof upload>[2]) => Promise<T>;
  said: (done: T) => string;
}

/** Files of a world or wiki, sent together: they come in whole, or what is wrong with them is said and nothing comes in. */
export function ImportFiles<T>({ label, help, accept, folder = false, send, said }: Props<T>) {
  const text = useText();
  const queries = useQueryClient();
  const files = useRef<HTMLInputElement>(null);
  const folders = useRef<HTMLInputElement>(null);
  const [share, setShare] = useState(0);
  const sending = useMutation({
    mutationFn: (chosen: File[]) => send(chosen, { onProgress: (sent, total) => setShare(total ? sent / total : 0), signal: new AbortController().signal }),
    onSuccess: () => stale(queries),
  });
  const take = (input: HTMLInputElement) => {
    const wanted = [...(input.files ?? [])].filter(({ name }) => accept.split(",").some((ending) => name.toLowerCase().endsWith(ending)));
    input.value = "";
    if (wanted.length) sending.mutate(wanted);
  };
  const input = { type: "file", multiple: true, hidden: true, accept, "aria-label": label } as const;
  return (
    <section className={panes.part}>
      <div>
        <h3>{label}</h3>
        <span className={panes.buttons}>
          <Button small icon={FileUp} busy={sending.isPending} onClick={() => files.current?.click()}>
            {text("import.chooseFiles")}
          </Button>
          {folder ? (
            <Button small icon={FolderUp} busy={sending.isPending} onClick={() => folders.current?.click()}>
              {text("import.chooseFolder")}
            </Button>
          ) : null}
        </span>
      </div>
      <p>{help}</p>
      {sending.isPending ? <Bar value={share < 1 ? share : null} label={label} /> : null}
      {sending.error ? (
        <p role="alert" className={panes.error}>
          {explain(sending.error, text)}
        </p>
      ) : null}
      {sending.data === undefined ? null : <p role="status">{said(sending.data)}</p>}
      <input {...input} ref={files} onChange={(event) => take(event.currentTarget)} />
      {folder ? <input {...input} ref={folders} {...{ webkitdirectory: "" }} onChange={(event) => take(event.currentTarget)} /> : null}
    </section>
  );
}

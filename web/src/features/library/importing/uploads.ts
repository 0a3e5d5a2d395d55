import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";

import { activitiesQuery, sendFiles } from "~/api/importing";

import { nameOfDrop, type Picked } from "./dropped";

export interface Sending {
  id: number;
  name: string | null;
  count: number;
  sent: number;
  total: number;
  state: "sending" | "sent" | "failed";
  error: unknown;
  cancel: () => void;
  again: () => void;
}

/** Files on their way to the server, each drop on its own line, one after the other. */
export function useUploads(): { sendings: Sending[]; send: (picked: Picked[], seriesTitle: string) => void; dismiss: (id: number) => void } {
  const queries = useQueryClient();
  const [sendings, setSendings] = useState<Sending[]>([]);
  const last = useRef(0);
  const queue = useRef<Promise<unknown>>(Promise.resolve());

  const change = useCallback((id: number, next: Partial<Sending>) => {
    setSendings((before) => before.map((one) => (one.id === id ? { ...one, ...next } : one)));
  }, []);
  const dismiss = useCallback((id: number) => setSendings((before) => before.filter((one) => one.id !== id)), []);

  const send = useCallback(
    (picked: Picked[], seriesTitle: string) => {
      if (!picked.length) return;
      last.current += 1;
      const id = last.current;
      const start = () => {
        const control = new AbortController();
        const wasCancelled = () => control.signal.aborted;
        change(id, { state: "sending", sent: 0, error: null, cancel: () => control.abort() });
        queue.current = queue.current.then(async () => {
          if (wasCancelled()) {
            dismiss(id);
            return;
          }
          try {
            await sendFiles(picked, seriesTitle, { signal: control.signal, onProgress: (sent, total) => change(id, { sent, total }) });
            change(id, { state: "sent" });
            await queries.invalidateQueries({ queryKey: activitiesQuery.queryKey });
            dismiss(id);
          } catch (error) {
            if (wasCancelled()) dismiss(id);
            else change(id, { state: "failed", error });
          }
        });
      };
      const total = picked.reduce((sum, { file }) => sum + file.size, 0);
      setSendings((before) => [
        ...before,
        { id, name: nameOfDrop(picked), count: picked.length, sent: 0, total, state: "sending", error: null, cancel: () => dismiss(id), again: start },
      ]);
      start();
    },
    [change, dismiss, queries],
  );

  const busy = sendings.some((one) => one.state === "sending");
  useEffect(() => {
    if (!busy) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [busy]);
  return { sendings, send, dismiss };
}

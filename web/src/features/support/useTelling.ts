import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";

import { eventsUrl } from "~/api/companion";
import { saidQuery, tell } from "~/api/support";
import { followEvents } from "~/lib/eventStream";

import { heardOf, type Coming } from "./model/coming";

const nothing: Coming = { question: "", sentences: [], failed: false };

/** Says something to the helper and follows the answer; `coming` is what has come of it, null when nothing is on its way. */
export function useTelling(id: string) {
  const queries = useQueryClient();
  const [coming, setComing] = useState<Coming | null>(null);
  const [error, setError] = useState<unknown>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const follow = useCallback(
    async (question: string, questionId: string) => {
      const control = new AbortController();
      stop.current = control;
      let now: Coming = { ...nothing, question };
      setComing(now);
      await followEvents(eventsUrl(questionId), {
        signal: control.signal,
        onEvent: (event) => {
          const next = heardOf(now, event);
          now = next.coming;
          setComing(now);
          return next.over;
        },
        onLost: () => undefined,
        onBack: () => undefined,
      });
      if (control.signal.aborted) return;
      await queries.refetchQueries({ queryKey: saidQuery(id).queryKey });
      void queries.invalidateQueries({ queryKey: ["helper"] });
      setComing(now.failed ? now : null);
    },
    [id, queries],
  );

  const say = useCallback(
    (text: string) => {
      setError(null);
      setComing({ ...nothing, question: text });
      tell(id, text)
        .then((asked) => follow(text, asked.question.id))
        .catch((problem: unknown) => {
          setComing(null);
          setError(problem);
        });
    },
    [follow, id],
  );
  return { coming, error, say, follow };
}

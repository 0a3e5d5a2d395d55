import { useQuery } from "@tanstack/react-query";
import { MessageCircleOff } from "lucide-react";

import { consentsQuery } from "~/api/door";
import { sessionQuery } from "~/api/session";
import { useText } from "~/lib/language";
import { AskGrownUp } from "~/ui/AskGrownUp";
import { ButtonLink } from "~/ui/Button";

import styles from "./companion.module.css";

const EVERY = 4_000;

/** Whether the companion may be asked at all, as far as somebody has agreed to it. */
export function useMayAsk(): boolean {
  const { data } = useQuery(sessionQuery);
  return !data?.user || data.user.consents.includes("ai_local");
}

/** Where the question is written, for who may not ask now: why, and how it comes back. It does so by itself. */
export function NotNow() {
  const text = useText();
  const session = useQuery({ ...sessionQuery, refetchInterval: EVERY, staleTime: 0 });
  const consents = useQuery({ ...consentsQuery, refetchInterval: EVERY });
  const minor = session.data?.user?.is_minor ?? false;
  const item = consents.data?.items.find(({ policy }) => policy.purpose === "ai_local");
  return (
    <div className={styles.notNow} role="status">
      <MessageCircleOff size={20} strokeWidth={1.7} aria-hidden />
      <p>{text(minor ? "companion.notNow" : "companion.notNow.own")}</p>
      {item?.whose === "guardian" ? (
        <AskGrownUp purposes={["ai_local"]} waits={consents.data?.requests.at(0) === "waiting"} />
      ) : item ? (
        <ButtonLink to="/settings" tone="accent">
          {text("companion.notNow.settings")}
        </ButtonLink>
      ) : null}
    </div>
  );
}

import { useQuery } from "@tanstack/react-query";

import { sessionQuery } from "~/api/session";

import { PasswordForm } from "./PasswordForm";
import { useEnter } from "./useEnter";

/** Signs a grown-up in who then stays here, where the question is. */
export function SignInHere() {
  const enter = useEnter();
  const session = useQuery(sessionQuery);
  return (
    <PasswordForm
      onEnter={async (known) => {
        if (known.scope === "FULL") await session.refetch();
        else await enter(known);
      }}
    />
  );
}

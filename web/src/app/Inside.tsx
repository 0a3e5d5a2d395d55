import { useSuspenseQuery } from "@tanstack/react-query";
import { Outlet, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";

import { nextRoom, sessionQuery } from "~/api/session";
import type { Session } from "~/api/types";
import { Palette } from "~/features/search/Palette";

/** What is there on every screen behind the door, in the reader too. */
export function Inside() {
  useDoor(useSuspenseQuery(sessionQuery).data);
  return (
    <>
      <Outlet />
      <Palette />
    </>
  );
}

/** Leads to the door once it turns out that the session has ended, or that it reaches no further than to the door. */
function useDoor(session: Session) {
  const navigate = useNavigate();
  const to = session.user || !session.public_reading ? nextRoom(session) : "/";
  useEffect(() => {
    if (to !== "/") void navigate({ to, replace: true });
  }, [to, navigate]);
}

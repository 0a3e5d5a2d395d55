import { type QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, notFound, Outlet, redirect } from "@tanstack/react-router";

import { nextRoom, sessionQuery } from "~/api/session";
import { type Role } from "~/api/types";
import { AloneError, AloneNotFound } from "~/ui/Failure";

import { Inside } from "../Inside";
import { Shell } from "../Shell";

export interface Context {
  queries: QueryClient;
}

export const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: AloneNotFound, errorComponent: AloneError });

/** Everything a person must be signed in for, unless the operator lets anybody read. */
export const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  beforeLoad: async ({ context }) => {
    const session = await context.queries.query({ ...sessionQuery, staleTime: "static" });
    if (!session.user && !session.public_reading) throw redirect({ to: "/welcome" });
    if (session.user && nextRoom(session) !== "/") throw redirect({ to: nextRoom(session) });
  },
  component: Inside,
  errorComponent: AloneError,
});

export const shell = createRoute({ getParentRoute: () => inside, id: "shell", component: Shell });

/** Lets these roles in; for everybody else there is nothing here. */
export const onlyFor =
  (...roles: Role[]) =>
  async ({ context }: { context: Context }) => {
    const { user } = await context.queries.query({ ...sessionQuery, staleTime: "static" });
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- so the router is told, as with a redirect
    if (!user || !roles.includes(user.role)) throw notFound();
  };

/** What an address says, where it says it in words that are known. */
export const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);
export const oneOf = <T extends string>(value: unknown, ...allowed: T[]) => allowed.find((one) => one === value);

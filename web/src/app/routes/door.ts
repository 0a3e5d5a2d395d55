import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";

import { part } from "~/api/http";
import { nextRoom, sessionQuery } from "~/api/session";
import { AloneError } from "~/ui/Failure";

import { root, text, type Context } from "./base";

const welcome = createRoute({
  getParentRoute: () => root,
  path: "/welcome",
  component: lazyRouteComponent(() => part(import("~/features/people/door/WelcomeScreen")), "WelcomeScreen"),
});

/** Where somebody comes back to whom another's sign-in did not let through. */
const signInAgain = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { error?: string | undefined } => ({ error: text(search.error) }),
  component: lazyRouteComponent(() => part(import("~/features/people/door/WelcomeScreen")), "WelcomeScreen"),
});

const join = createRoute({
  getParentRoute: () => root,
  path: "/join",
  component: lazyRouteComponent(() => part(import("~/features/people/door/JoinScreen")), "JoinScreen"),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset",
  component: lazyRouteComponent(() => part(import("~/features/people/door/ResetScreen")), "ResetScreen"),
});

const allow = createRoute({
  getParentRoute: () => root,
  path: "/allow",
  component: lazyRouteComponent(() => part(import("~/features/people/door/AllowScreen")), "AllowScreen"),
});

const pair = createRoute({
  getParentRoute: () => root,
  path: "/pair",
  component: lazyRouteComponent(() => part(import("~/features/people/door/PairScreen")), "PairScreen"),
});

/** What is asked of somebody before they may read; who is asked nothing has no business here. */
const onTheWay = (path: "/start" | "/waiting") => async ({ context }: { context: Context }) => {
  const session = await context.queries.query({ ...sessionQuery, staleTime: "static" });
  if (nextRoom(session) !== path) throw redirect({ to: nextRoom(session), replace: true });
};

const start = createRoute({
  getParentRoute: () => root,
  path: "/start",
  beforeLoad: onTheWay("/start"),
  component: lazyRouteComponent(() => part(import("~/features/people/door/StartScreen")), "StartScreen"),
  errorComponent: AloneError,
});

const waiting = createRoute({
  getParentRoute: () => root,
  path: "/waiting",
  beforeLoad: onTheWay("/waiting"),
  component: lazyRouteComponent(() => part(import("~/features/people/door/WaitingScreen")), "WaitingScreen"),
  errorComponent: AloneError,
});

/** The screens on the way in, without the bar and the shelf. */
export const door = [welcome, signInAgain, join, reset, allow, pair, start, waiting] as const;

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { part } from "~/api/http";

import { shell, text } from "./base";

const helper = createRoute({
  getParentRoute: () => shell,
  path: "/helper",
  validateSearch: (search: Record<string, unknown>): { talk?: string | undefined } => ({ talk: text(search.talk) }),
  component: lazyRouteComponent(() => part(import("~/features/support/SupportScreen")), "SupportScreen"),
});

const documents = createRoute({
  getParentRoute: () => shell,
  path: "/documents",
  component: lazyRouteComponent(() => part(import("~/features/support/DocumentsScreen")), "DocumentsScreen"),
});

export const support = [helper, documents] as const;

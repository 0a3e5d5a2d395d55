import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";

import { part } from "~/api/http";

import { oneOf, onlyFor, shell, text } from "./base";

interface AuditSearch {
  /** A person's id, or "machine". */
  actor?: string | undefined;
  action?: string | undefined;
  kind?: string | undefined;
  thing?: string | undefined;
  /** Days, such as 2026-11-22. */
  since?: string | undefined;
  until?: string | undefined;
}

interface WordsSearch {
  language?: string | undefined;
  variant?: "all" | "teenager" | "parent" | undefined;
  category?: "ui_messages" | "prompts" | "prompt_snippets" | "context_questions" | "tools" | undefined;
  state?: "overridden" | "stale" | "broken" | "missing" | undefined;
  q?: string | undefined;
  /** The text that is open. */
  key?: string | undefined;
}

/** What the owner looks after; who is not finds nothing here. */
const admin = createRoute({
  getParentRoute: () => shell,
  path: "/admin",
  beforeLoad: onlyFor("owner"),
  component: lazyRouteComponent(() => part(import("~/features/admin/AdminScreen")), "AdminScreen"),
});

const adminStart = createRoute({
  getParentRoute: () => admin,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/admin/house", replace: true });
  },
});

const adminHouse = createRoute({
  getParentRoute: () => admin,
  path: "/house",
  component: lazyRouteComponent(() => part(import("~/features/admin/house/HouseScreen")), "HouseScreen"),
});

const adminPeople = createRoute({
  getParentRoute: () => admin,
  path: "/people",
  component: lazyRouteComponent(() => part(import("~/features/admin/people/PeopleScreen")), "PeopleScreen"),
});

const adminCountries = createRoute({
  getParentRoute: () => admin,
  path: "/countries",
  component: lazyRouteComponent(() => part(import("~/features/admin/countries/CountriesScreen")), "CountriesScreen"),
});

const adminJobs = createRoute({
  getParentRoute: () => admin,
  path: "/jobs",
  component: lazyRouteComponent(() => part(import("~/features/admin/jobs/JobsScreen")), "JobsScreen"),
});

const day = (value: unknown) => (typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined);

const adminAudit = createRoute({
  getParentRoute: () => admin,
  path: "/audit",
  validateSearch: (search: Record<string, unknown>): AuditSearch => ({
    actor: text(search.actor),
    action: text(search.action),
    kind: text(search.kind),
    thing: text(typeof search.thing === "number" ? String(search.thing) : search.thing),
    since: day(search.since),
    until: day(search.until),
  }),
  component: lazyRouteComponent(() => part(import("~/features/admin/audit/AuditScreen")), "AuditScreen"),
});

const adminWords = createRoute({
  getParentRoute: () => admin,
  path: "/words",
  validateSearch: (search: Record<string, unknown>): WordsSearch => ({
    language: text(search.language),
    variant: oneOf(search.variant, "all", "teenager", "parent"),
    category: oneOf(search.category, "ui_messages", "prompts", "prompt_snippets", "context_questions", "tools"),
    state: oneOf(search.state, "overridden", "stale", "broken", "missing"),
    q: text(typeof search.q === "number" ? String(search.q) : search.q),
    key: text(search.key),
  }),
  component: lazyRouteComponent(() => part(import("~/features/admin/words/WordsScreen")), "WordsScreen"),
});

const adminFlags = createRoute({
  getParentRoute: () => admin,
  path: "/flags",
  validateSearch: (search: Record<string, unknown>): { name?: string | undefined; adding?: boolean | undefined } => ({
    name: text(search.name),
    adding: search.adding === true || undefined,
  }),
  component: lazyRouteComponent(() => part(import("~/features/admin/flags/FlagsScreen")), "FlagsScreen"),
});

export const administration = admin.addChildren([adminStart, adminHouse, adminPeople, adminCountries, adminJobs, adminAudit, adminWords, adminFlags]);

import { type QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, notFound, Outlet, redirect } from "@tanstack/react-router";

import { part } from "~/api/http";
import { nextRoom, sessionQuery } from "~/api/session";
import { basePath } from "~/lib/base";
import { AloneError, AloneNotFound, NotFound, RouteError } from "~/ui/Failure";

import { Inside } from "./Inside";
import { Shell } from "./Shell";

interface Context {
  queries: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: AloneNotFound, errorComponent: AloneError });

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

/** Everything a person must be signed in for, unless the operator lets anybody read. */
const inside = createRoute({
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

const shell = createRoute({ getParentRoute: () => inside, id: "shell", component: Shell });

const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);
const oneOf = <T extends string>(value: unknown, ...allowed: T[]) => allowed.find((one) => one === value);

interface ShelfSearch {
  search?: string | undefined;
  filter?: "unread" | "reading" | "read" | "new" | undefined;
  sort?: "title" | "added" | "updated" | "last_read" | undefined;
  order?: "asc" | "desc" | undefined;
  collection?: string | undefined;
  language?: string | undefined;
  tag?: string | undefined;
  view?: "table" | undefined;
}

interface ReadSearch {
  /** The page's `order_index`. */
  page?: number | undefined;
  /** The page's id, where its index is not known. */
  at?: string | undefined;
  /** The language of the lettering. */
  lang?: string | undefined;
  /** What to ring on that page: a balloon by its id, a panel by its number, or a box in fractions ("x,y,width,height"). */
  balloon?: string | undefined;
  panel?: number | undefined;
  box?: string | undefined;
}

interface SearchSearch {
  q?: string | undefined;
  /** A series' slug. */
  series?: string | undefined;
  kind?: "dialogue" | "picture" | "note" | "lore" | undefined;
  language?: string | undefined;
  character?: string | undefined;
}

const shelf = createRoute({
  getParentRoute: () => shell,
  path: "/",
  validateSearch: (search: Record<string, unknown>): ShelfSearch => ({
    search: text(search.search),
    filter: oneOf(search.filter, "unread", "reading", "read", "new"),
    sort: oneOf(search.sort, "title", "added", "updated", "last_read"),
    order: oneOf(search.order, "asc", "desc"),
    collection: text(search.collection),
    language: text(search.language),
    tag: text(search.tag),
    view: oneOf(search.view, "table"),
  }),
  component: lazyRouteComponent(() => part(import("~/features/library/shelf/ShelfScreen")), "ShelfScreen"),
});

const search = createRoute({
  getParentRoute: () => shell,
  path: "/search",
  validateSearch: (asked: Record<string, unknown>): SearchSearch => ({
    // Somebody may look for a number, which the address parses as one.
    q: text(typeof asked.q === "number" ? String(asked.q) : asked.q),
    series: text(asked.series),
    kind: oneOf(asked.kind, "dialogue", "picture", "note", "lore"),
    language: text(asked.language),
    character: text(asked.character),
  }),
  component: lazyRouteComponent(() => part(import("~/features/search/SearchScreen")), "SearchScreen"),
});

const series = createRoute({
  getParentRoute: () => shell,
  path: "/series/$slug",
  component: lazyRouteComponent(() => part(import("~/features/library/series/SeriesScreen")), "SeriesScreen"),
});

const lists = createRoute({
  getParentRoute: () => shell,
  path: "/lists",
  component: lazyRouteComponent(() => part(import("~/features/library/lists/ListsScreen")), "ListsScreen"),
});

const collection = createRoute({
  getParentRoute: () => shell,
  path: "/collections/$id",
  component: lazyRouteComponent(() => part(import("~/features/library/lists/CollectionScreen")), "CollectionScreen"),
});

const readingList = createRoute({
  getParentRoute: () => shell,
  path: "/reading-lists/$id",
  component: lazyRouteComponent(() => part(import("~/features/library/lists/ReadingListScreen")), "ReadingListScreen"),
});

const importing = createRoute({
  getParentRoute: () => shell,
  path: "/import",
  component: lazyRouteComponent(() => part(import("~/features/library/importing/ImportScreen")), "ImportScreen"),
});

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

const settings = createRoute({
  getParentRoute: () => shell,
  path: "/settings",
  component: lazyRouteComponent(() => part(import("~/features/people/settings/SettingsScreen")), "SettingsScreen"),
});

/** Without a page in the address the reader opens where the person was. */
const read = createRoute({
  getParentRoute: () => inside,
  path: "/read/$episodeId",
  validateSearch: (search: Record<string, unknown>): ReadSearch => ({
    page: typeof search.page === "number" ? search.page : undefined,
    at: text(search.at),
    lang: text(search.lang),
    balloon: text(search.balloon),
    panel: typeof search.panel === "number" ? search.panel : undefined,
    box: text(search.box),
  }),
  component: lazyRouteComponent(() => part(import("~/features/reader/ReaderScreen")), "ReaderScreen"),
});

interface ReviewSearch {
  state?: "accepted" | "rejected" | undefined;
  kind?: "fact" | "lore" | "entity" | "relationship" | "name" | "person" | undefined;
  /** Only of one article, entity or character. */
  about?: string | undefined;
}

interface EditPageSearch {
  /** The page's id. */
  page?: string | undefined;
  lang?: string | undefined;
}

/** Where editors set right what is on pages and known of a world; who only reads finds nothing here. */
const edit = createRoute({
  getParentRoute: () => shell,
  path: "/edit/$slug",
  beforeLoad: async ({ context }) => {
    const { user } = await context.queries.query({ ...sessionQuery, staleTime: "static" });
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- so the router is told, as with a redirect
    if (user?.role !== "owner" && user?.role !== "editor") throw notFound();
  },
  component: lazyRouteComponent(() => part(import("~/features/editing/EditScreen")), "EditScreen"),
});

const editStart = createRoute({
  getParentRoute: () => edit,
  path: "/",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/edit/$slug/review", params, replace: true });
  },
});

const editReview = createRoute({
  getParentRoute: () => edit,
  path: "/review",
  validateSearch: (search: Record<string, unknown>): ReviewSearch => ({
    state: oneOf(search.state, "accepted", "rejected"),
    kind: oneOf(search.kind, "fact", "lore", "entity", "relationship", "name", "person"),
    about: text(search.about),
  }),
  component: lazyRouteComponent(() => part(import("~/features/editing/review/ReviewScreen")), "ReviewScreen"),
});

const editPages = createRoute({
  getParentRoute: () => edit,
  path: "/pages",
  component: lazyRouteComponent(() => part(import("~/features/editing/page/PageScreen")), "FirstPageScreen"),
});

const editPage = createRoute({
  getParentRoute: () => edit,
  path: "/pages/$episodeId",
  validateSearch: (search: Record<string, unknown>): EditPageSearch => ({ page: text(search.page), lang: text(search.lang) }),
  component: lazyRouteComponent(() => part(import("~/features/editing/page/PageScreen")), "PageScreen"),
});

const editPeople = createRoute({
  getParentRoute: () => edit,
  path: "/characters",
  validateSearch: (search: Record<string, unknown>): { character?: string | undefined } => ({ character: text(search.character) }),
  component: lazyRouteComponent(() => part(import("~/features/editing/people/PeopleScreen")), "PeopleScreen"),
});

const editWorld = createRoute({
  getParentRoute: () => edit,
  path: "/world",
  validateSearch: (search: Record<string, unknown>): { entity?: string | undefined } => ({ entity: text(search.entity) }),
  component: lazyRouteComponent(() => part(import("~/features/editing/world/WorldEditScreen")), "WorldEditScreen"),
});

const editWiki = createRoute({
  getParentRoute: () => edit,
  path: "/wiki",
  validateSearch: (search: Record<string, unknown>): { article?: string | undefined } => ({ article: text(search.article) }),
  component: lazyRouteComponent(() => part(import("~/features/editing/wiki/WikiScreen")), "WikiScreen"),
});

const editNotes = createRoute({
  getParentRoute: () => edit,
  path: "/notes",
  validateSearch: (search: Record<string, unknown>): { episode?: string | undefined } => ({ episode: text(search.episode) }),
  component: lazyRouteComponent(() => part(import("~/features/editing/notes/NotesScreen")), "NotesScreen"),
});

const editing = edit.addChildren([editStart, editReview, editPages, editPage, editPeople, editWorld, editWiki, editNotes]);

const family = createRoute({
  getParentRoute: () => shell,
  path: "/family",
  component: lazyRouteComponent(() => part(import("~/features/people/family/FamilyScreen")), "FamilyScreen"),
});

const familyChild = createRoute({
  getParentRoute: () => shell,
  path: "/family/children/$childId",
  component: lazyRouteComponent(() => part(import("~/features/people/family/ChildScreen")), "ChildScreen"),
});

const familyCollective = createRoute({
  getParentRoute: () => shell,
  path: "/family/$collectiveId",
  component: lazyRouteComponent(() => part(import("~/features/people/family/CollectiveScreen")), "CollectiveScreen"),
});

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
  beforeLoad: async ({ context }) => {
    const { user } = await context.queries.query({ ...sessionQuery, staleTime: "static" });
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- so the router is told, as with a redirect
    if (user?.role !== "owner") throw notFound();
  },
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

const administration = admin.addChildren([adminStart, adminHouse, adminPeople, adminCountries, adminJobs, adminAudit, adminWords, adminFlags]);

const tree = root.addChildren([
  welcome,
  signInAgain,
  join,
  reset,
  allow,
  pair,
  start,
  waiting,
  inside.addChildren([shell.addChildren([shelf, search, series, lists, collection, readingList, importing, helper, documents, settings, family, familyChild, familyCollective, editing, administration]), read]),
]);

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    basepath: basePath,
    context: { queries },
    defaultPreload: "intent",
    defaultPreloadDelay: 80,
    scrollRestoration: true,
    defaultErrorComponent: RouteError,
    defaultNotFoundComponent: NotFound,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}

import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";

import { part } from "~/api/http";

import { oneOf, onlyFor, shell, text } from "./base";

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
  beforeLoad: onlyFor("owner", "editor"),
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

export const editing = edit.addChildren([editStart, editReview, editPages, editPage, editPeople, editWorld, editWiki, editNotes]);

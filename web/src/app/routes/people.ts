import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { part } from "~/api/http";

import { shell } from "./base";

const settings = createRoute({
  getParentRoute: () => shell,
  path: "/settings",
  component: lazyRouteComponent(() => part(import("~/features/people/settings/SettingsScreen")), "SettingsScreen"),
});

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

export const people = [settings, family, familyChild, familyCollective] as const;

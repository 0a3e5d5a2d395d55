import { queryOptions } from "@tanstack/react-query";

import { speakTo } from "~/lib/words";

import {
  changeOwnSettings,
  changeUser as changeUserCall,
  createApiKey,
  createResetLink,
  createUser,
  createUserSignInLink,
  endDevice,
  endOtherDevices,
  endSession,
  getSession,
  listApiKeys,
  listDevices,
  listUsers,
  revokeApiKey as revokeApiKeyCall,
  startSession,
  type SessionChange,
  type UserChange,
  type UserCreate,
} from "./generated";
import { answer } from "./http";
import type { KeyScope, Session } from "./types";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }) => {
    const session = await answer(getSession({ signal }));
    speakTo(session.user);
    return session;
  },
  staleTime: 5 * 60_000,
});

/** Where somebody who has just signed in goes on: to the shelf, or to what is still asked of them. */
export function nextRoom(session: Session): "/" | "/start" | "/waiting" | "/welcome" {
  if (!session.user) return "/welcome";
  if (session.scope === "ONBOARDING") return "/start";
  return session.scope === "PENDING_CONSENT" ? "/waiting" : "/";
}

export const signIn = (token: string) => answer(startSession({ body: { token } }));
export const signOut = () => answer(endSession());
/** What a person decides about themselves. */
export const changeMe = (body: SessionChange) => answer(changeOwnSettings({ body }));

export const devicesQuery = queryOptions({ queryKey: ["devices"], queryFn: ({ signal }) => answer(listDevices({ signal })) });
export const signOutDevice = (id: string) => answer(endDevice({ path: { device_id: id } }));
export const signOutOtherDevices = () => answer(endOtherDevices());

export const apiKeysQuery = queryOptions({ queryKey: ["api-keys"], queryFn: ({ signal }) => answer(listApiKeys({ signal })) });
export const makeApiKey = (name: string, scopes: KeyScope[]) => answer(createApiKey({ body: { name, scopes } }));
export const revokeApiKey = (id: string) => answer(revokeApiKeyCall({ path: { key_id: id } }));

export const usersQuery = queryOptions({ queryKey: ["users"], queryFn: ({ signal }) => answer(listUsers({ signal })) });
export const addUser = (body: UserCreate) => answer(createUser({ body }));
export const changeUser = (id: string, body: UserChange) => answer(changeUserCall({ path: { user_id: id }, body }));
/** A link that signs a person in once, for a new device or because the first one was lost. */
export const makeSignInLink = (id: string) => answer(createUserSignInLink({ path: { user_id: id } }));
/** A link by which a person sets a new password, once. */
export const makeResetLink = (id: string) => answer(createResetLink({ path: { user_id: id } }));

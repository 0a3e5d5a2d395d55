import { queryOptions } from "@tanstack/react-query";

import { call } from "./http";
import type { Account, ApiKey, Device, KeyScope, Listing, NewAccount, NewApiKey, Role, Session } from "./types";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => call<Session>("GET", "session", { signal }),
  staleTime: 5 * 60_000,
});

export const signIn = (token: string) => call<Session>("POST", "session", { body: { token } });
export const signOut = () => call<undefined>("DELETE", "session");

/** What a person decides about themselves. */
export const changeMe = (changes: { language?: string; hide_unread_titles?: boolean; hide_unread_covers?: boolean }) =>
  call<Session>("PATCH", "session", { body: changes });

export const devicesQuery = queryOptions({
  queryKey: ["devices"],
  queryFn: ({ signal }) => call<Listing<Device>>("GET", "session/devices", { signal }),
});
export const signOutDevice = (id: string) => call<undefined>("DELETE", `session/devices/${id}`);

export const signOutOtherDevices = () => call<{ ended: number }>("DELETE", "session/devices");

export const apiKeysQuery = queryOptions({
  queryKey: ["api-keys"],
  queryFn: ({ signal }) => call<Listing<ApiKey>>("GET", "api-keys", { signal }),
});
export const makeApiKey = (name: string, scopes: KeyScope[]) => call<NewApiKey>("POST", "api-keys", { body: { name, scopes } });
export const revokeApiKey = (id: string) => call<undefined>("DELETE", `api-keys/${id}`);

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: ({ signal }) => call<Listing<Account>>("GET", "users", { signal }),
});
export const addUser = (user: { name: string; role: Role; language?: string }) => call<NewAccount>("POST", "users", { body: user });
/** A link that signs a person in once, for a new device or because the first one was lost. */
export const makeSignInLink = (userId: string) =>
  call<{ token: string; address: string; expires_at: string }>("POST", `users/${userId}/sign-in-links`);
export const changeUser = (id: string, changes: { role?: Role; is_active?: boolean; language?: string }) =>
  call<Account>("PATCH", `users/${id}`, { body: changes });

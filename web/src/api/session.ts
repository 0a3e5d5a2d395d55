import { queryOptions } from "@tanstack/react-query";

import { call } from "./http";
import type { Account, ApiKey, Device, Listing, Role, Session } from "./types";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => call<Session>("GET", "session", { signal }),
  staleTime: 5 * 60_000,
});

export const signIn = (token: string) => call<Session>("POST", "session", { body: { token } });
export const signOut = () => call<undefined>("DELETE", "session");

export const devicesQuery = queryOptions({
  queryKey: ["devices"],
  queryFn: ({ signal }) => call<Listing<Device>>("GET", "session/devices", { signal }),
});
export const signOutDevice = (id: string) => call<undefined>("DELETE", `session/devices/${id}`);

export const apiKeysQuery = queryOptions({
  queryKey: ["api-keys"],
  queryFn: ({ signal }) => call<Listing<ApiKey>>("GET", "api-keys", { signal }),
});
export const makeApiKey = (name: string) => call<ApiKey>("POST", "api-keys", { body: { name } });
export const revokeApiKey = (id: string) => call<undefined>("DELETE", `api-keys/${id}`);

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: ({ signal }) => call<Listing<Account>>("GET", "users", { signal }),
});
export const addUser = (user: { name: string; role: Role; language?: string }) => call<Account>("POST", "users", { body: user });
export const changeUser = (id: string, changes: { role?: Role; is_active?: boolean; language?: string }) =>
  call<Account>("PATCH", `users/${id}`, { body: changes });

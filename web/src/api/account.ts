import { queryOptions } from "@tanstack/react-query";

import { apiUrl } from "~/lib/base";

import {
  askForExport,
  askForFormalExport,
  changePassword as changePasswordCall,
  erasePerson,
  linkProvider,
  listExports,
  listNotices,
  listOwnLogins,
  listTerms,
  removeOwnLogin,
  revokeConsent,
  type Purpose,
} from "./generated";
import { answer } from "./http";

export const changePassword = (old: string | null, password: string) => answer(changePasswordCall({ body: { new: password, ...(old === null ? {} : { old }) } }));

export const loginsQuery = queryOptions({ queryKey: ["logins"], queryFn: ({ signal }) => answer(listOwnLogins({ signal })) });
export const removeLogin = (id: string) => answer(removeOwnLogin({ path: { login_id: id } }));
/** Where to go so that another's sign-in becomes one's own too. */
export const linkLogin = async (provider: string) => (await answer(linkProvider({ path: { provider }, body: { next: "/settings" } }))).address;

/** What others have done about how one signs in. */
export const noticesQuery = queryOptions({ queryKey: ["sign-in-notices"], queryFn: ({ signal }) => answer(listNotices({ signal })) });

export const takeBack = (purpose: Purpose) => answer(revokeConsent({ path: { purpose } }));

export const exportsQuery = queryOptions({
  queryKey: ["exports"],
  queryFn: ({ signal }) => answer(listExports({ signal })),
  refetchInterval: (query) => (query.state.data?.items.some((one) => one.state === "queued") ? 2_000 : false),
});
export const askExport = (userId: string | null) => answer(askForExport({ body: userId === null ? {} : { user_id: userId } }));
/** Everything about somebody, for whoever runs this Fumetto: the reason is noted and shown to them. */
export const askFormalExport = (userId: string, reason: string) => answer(askForFormalExport({ body: { user_id: userId, reason } }));
export const exportFileUrl = (id: string) => apiUrl(`privacy/exports/${id}/file`);
export const erase = (userId: string | null, confirm: string) => answer(erasePerson({ body: { confirm, ...(userId === null ? {} : { user_id: userId }) } }));
export const termsQuery = queryOptions({ queryKey: ["retention"], queryFn: ({ signal }) => answer(listTerms({ signal })), staleTime: 5 * 60_000 });

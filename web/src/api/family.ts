import { queryOptions } from "@tanstack/react-query";

import {
  changeChildren,
  changeCollective as changeCollectiveCall,
  changeMember as changeMemberCall,
  createCollective,
  createInvitation,
  createShelf,
  decideConsentRequest,
  deleteCollective as deleteCollectiveCall,
  deleteCollectiveRule,
  deleteReadingRule,
  getChild,
  getClassProgress,
  getCollective,
  getCollectiveModels,
  getCollectiveRule,
  getReadingRule,
  getReadingTimes,
  getShelf,
  giveConsentForChild,
  listCollectives,
  listInvitations,
  listMembers,
  listPairedDevices,
  listShelves,
  listSignals,
  previewReadingRule,
  putCollectiveModels,
  putCollectiveRule,
  putReadingRule,
  putShelfCollectives,
  putShelfSeries,
  removeMember as removeMemberCall,
  revokeConsentForChild,
  revokeInvitation,
  setChildSecret,
  tryCollectiveRule,
  tryReadingRule,
  unpairDevice,
  type ChildSignIn,
  type CollectiveCreate,
  type CollectiveModels,
  type InvitationCreate,
  type MemberRole,
  type Purpose,
  type ReadingRuleIn,
} from "./generated";
import { answer } from "./http";

const path = (collective_id: string) => ({ path: { collective_id } });

export const collectivesQuery = queryOptions({ queryKey: ["collectives"], queryFn: ({ signal }) => answer(listCollectives({ signal })) });
export const collectiveQuery = (id: string) => queryOptions({ queryKey: ["collectives", id], queryFn: ({ signal }) => answer(getCollective({ ...path(id), signal })) });
export const membersQuery = (id: string) => queryOptions({ queryKey: ["collectives", id, "members"], queryFn: ({ signal }) => answer(listMembers({ ...path(id), signal })) });
export const invitationsQuery = (id: string) =>
  queryOptions({ queryKey: ["collectives", id, "invitations"], queryFn: ({ signal }) => answer(listInvitations({ ...path(id), signal })), refetchInterval: 10_000 });
export const collectiveModelsQuery = (id: string) => queryOptions({ queryKey: ["collectives", id, "models"], queryFn: ({ signal }) => answer(getCollectiveModels({ ...path(id), signal })) });
export const collectiveRuleQuery = (id: string) => queryOptions({ queryKey: ["collectives", id, "rule"], queryFn: ({ signal }) => answer(getCollectiveRule({ ...path(id), signal })) });
export const progressQuery = (id: string) => queryOptions({ queryKey: ["collectives", id, "progress"], queryFn: ({ signal }) => answer(getClassProgress({ ...path(id), signal })) });

export const addCollective = (body: CollectiveCreate) => answer(createCollective({ body }));
export const renameCollective = (id: string, name: string) => answer(changeCollectiveCall({ ...path(id), body: { name } }));
export const deleteCollective = (id: string) => answer(deleteCollectiveCall(path(id)));
export const invite = (id: string, body: InvitationCreate) => answer(createInvitation({ ...path(id), body }));
export const withdrawInvitation = (id: string, invitation: string) => answer(revokeInvitation({ path: { collective_id: id, invitation_id: invitation } }));
export const changeMember = (id: string, user: string, role: MemberRole) => answer(changeMemberCall({ path: { collective_id: id, user_id: user }, body: { role } }));
export const removeMember = (id: string, user: string) => answer(removeMemberCall({ path: { collective_id: id, user_id: user } }));
export const setCollectiveModels = (id: string, body: CollectiveModels) => answer(putCollectiveModels({ ...path(id), body }));

export const childQuery = (id: string) => queryOptions({ queryKey: ["guardian", "children", id], queryFn: ({ signal }) => answer(getChild({ path: { child_id: id }, signal })) });
export const allowForChild = (id: string, purpose: Purpose) => answer(giveConsentForChild({ path: { child_id: id, purpose } }));
export const takeBackForChild = (id: string, purpose: Purpose) => answer(revokeConsentForChild({ path: { child_id: id, purpose } }));
export const decideRequest = (id: string, approve: boolean) => answer(decideConsentRequest({ path: { secret: id }, body: { approve } }));
export const setSecret = (id: string, picture: ChildSignIn["picture"], pin: string) => answer(setChildSecret({ path: { user_id: id }, body: { picture, pin } }));

export const signalsOfQuery = (child: string) => queryOptions({ queryKey: ["guardian", "children", child, "signals"], queryFn: ({ signal }) => answer(listSignals({ query: { child }, signal })) });

/** Days are days where this device is. */
export const readingTimesQuery = (id: string) =>
  queryOptions({
    queryKey: ["reading-times", id],
    queryFn: ({ signal }) => answer(getReadingTimes({ query: { of: id, zone: Intl.DateTimeFormat().resolvedOptions().timeZone }, signal })),
  });

export const ruleOfUserQuery = (id: string) => queryOptions({ queryKey: ["reading-rule", id], queryFn: ({ signal }) => answer(getReadingRule({ path: { user_id: id }, signal })) });
export const rulePreviewQuery = (id: string) => queryOptions({ queryKey: ["reading-rule", id, "preview"], queryFn: ({ signal }) => answer(previewReadingRule({ path: { user_id: id }, signal })) });
/** What a rule would do to whom it is for, before it is made. */
export const ruleEffectsQuery = (of: "user" | "collective", id: string, rule: ReadingRuleIn) =>
  queryOptions({
    queryKey: ["reading-rule", id, "try", rule],
    queryFn: ({ signal }) => (of === "user" ? answer(tryReadingRule({ path: { user_id: id }, body: rule, signal })) : answer(tryCollectiveRule({ ...path(id), body: rule, signal }))),
  });
/** What somebody, or everybody of a collective, may be shown; `null` lifts the rule. */
export const setRule = (of: "user" | "collective", id: string, rule: ReadingRuleIn | null) => {
  if (of === "user") return rule ? answer(putReadingRule({ path: { user_id: id }, body: rule })) : answer(deleteReadingRule({ path: { user_id: id } }));
  return rule ? answer(putCollectiveRule({ ...path(id), body: rule })) : answer(deleteCollectiveRule(path(id)));
};

export const pairedDevicesQuery = queryOptions({ queryKey: ["paired-devices"], queryFn: ({ signal }) => answer(listPairedDevices({ signal })) });
export const setChildrenOf = (device: string, children: string[]) => answer(changeChildren({ path: { device_id: device }, body: { children } }));
export const unpair = (device: string) => answer(unpairDevice({ path: { device_id: device } }));

export const shelvesQuery = queryOptions({ queryKey: ["shelves"], queryFn: ({ signal }) => answer(listShelves({ signal })) });
export const shelfQuery = (id: string) => queryOptions({ queryKey: ["shelves", id], queryFn: ({ signal }) => answer(getShelf({ path: { shelf_id: id }, signal })) });
export const putSeriesOnShelf = (id: string, series: string[]) => answer(putShelfSeries({ path: { shelf_id: id }, body: series }));
/** A shelf that a collective is given, made for it. */
export async function makeShelfFor(collective: string, name: string): Promise<string> {
  const shelf = await answer(createShelf({ body: { name } }));
  await answer(putShelfCollectives({ path: { shelf_id: shelf.id }, body: [collective] }));
  return shelf.id;
}

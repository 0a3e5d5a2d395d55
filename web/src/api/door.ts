import { queryOptions } from "@tanstack/react-query";

import {
  acceptInvitation,
  askForPairing,
  claimPairing,
  createConsentRequest,
  decideConsentRequest,
  decideOnCode,
  forgetPassword,
  getConsentRequest,
  getInvitation,
  giveConsent,
  listChildren,
  listChildrenHere,
  listConsents,
  listProviders,
  lookAtCode,
  onboard as onboardCall,
  resetPassword as resetPasswordCall,
  signInChild as signInChildCall,
  signInWithPassword,
  type ChildSignIn,
  type DecisionIn,
  type DeviceDecision,
  type OnboardingBody,
  type Purpose,
} from "./generated";
import { answer } from "./http";

export const signInByPassword = (name: string, password: string) => answer(signInWithPassword({ body: { name, password } }));
export const askForMail = (name: string) => answer(forgetPassword({ body: { name } }));
export const resetPassword = (token: string, password: string) => answer(resetPasswordCall({ body: { token, password } }));

export const providersQuery = queryOptions({ queryKey: ["providers"], queryFn: ({ signal }) => answer(listProviders({ signal })), staleTime: 5 * 60_000 });

/** Who may sign in with a picture and a PIN on this device. */
export const childrenHereQuery = queryOptions({
  queryKey: ["children-here"],
  queryFn: ({ signal }) => answer(listChildrenHere({ signal })),
  staleTime: 60_000,
});
export const signInChild = (body: ChildSignIn) => answer(signInChildCall({ body }));

export const offerQuery = (token: string) =>
  queryOptions({ queryKey: ["offer", token], queryFn: ({ signal }) => answer(getInvitation({ path: { token }, signal })), retry: false, staleTime: Infinity });
export const acceptOffer = (token: string, name: string | null, language: string) =>
  answer(acceptInvitation({ path: { token }, body: { language, ...(name === null ? {} : { name }) } }));

export const onboard = (body: OnboardingBody) => answer(onboardCall({ body }));

export const consentsQuery = queryOptions({ queryKey: ["consents"], queryFn: ({ signal }) => answer(listConsents({ signal })) });
export const agree = (purpose: Purpose, version: number | null, age: number | null) =>
  answer(giveConsent({ body: { purpose, ...(version === null ? {} : { version }), ...(age === null ? {} : { age }) } }));
export const askGuardian = (purposes?: Purpose[]) => answer(createConsentRequest({ body: purposes ? { purposes } : {} }));

export const requestQuery = (secret: string) =>
  queryOptions({ queryKey: ["consent-request", secret], queryFn: ({ signal }) => answer(getConsentRequest({ path: { secret }, signal })), retry: false });
export const decide = (secret: string, body: DecisionIn) => answer(decideConsentRequest({ path: { secret }, body }));

export const childrenQuery = queryOptions({ queryKey: ["guardian", "children"], queryFn: ({ signal }) => answer(listChildren({ signal })) });

export const askToPair = () => answer(askForPairing());
export const claim = (deviceCode: string) => answer(claimPairing({ body: { device_code: deviceCode } }));
export const codeQuery = (userCode: string) =>
  queryOptions({ queryKey: ["pairing", userCode], queryFn: ({ signal }) => answer(lookAtCode({ path: { user_code: userCode }, signal })), retry: false, staleTime: 0 });
export const decidePairing = (userCode: string, body: DeviceDecision) => answer(decideOnCode({ path: { user_code: userCode }, body }));

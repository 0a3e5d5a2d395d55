import { queryOptions } from "@tanstack/react-query";

import { apiUrl } from "~/lib/base";

import { changePersona, createPersona, deletePersona, deletePersonaPortrait, getAnalytics, listPersonas, putPersonaPortrait, type Analytics, type NewPersona, type PersonaChange, type PersonaItem } from "./generated";
import { answer } from "./http";

export type Persona = PersonaItem;
export type { Analytics };
export type Quality = Analytics["whole"];

/** The voices that the reader may hear, of every series. */
export const voicesQuery = queryOptions({ queryKey: ["companion", "personas"], queryFn: ({ signal }) => answer(listPersonas({ signal })) });
export const makeVoice = (body: NewPersona) => answer(createPersona({ body }));
export const changeVoice = (id: string, body: PersonaChange) => answer(changePersona({ path: { persona_id: id }, body }));
export const deleteVoice = (id: string) => answer(deletePersona({ path: { persona_id: id } }));

export const givePicture = (id: string, portrait: File) => answer(putPersonaPortrait({ path: { persona_id: id }, body: { portrait } }));
export const takePicture = (id: string) => answer(deletePersonaPortrait({ path: { persona_id: id } }));
/** Where a voice's own picture is. */
export const pictureUrl = ({ portrait }: Persona) => (portrait ? apiUrl(portrait) : null);

/** How the answers of the last so many days did. */
export const qualityQuery = (since: string) =>
  queryOptions({ queryKey: ["companion", "analytics", since], queryFn: ({ signal }) => answer(getAnalytics({ query: { since }, signal })) });
export const qualityTableUrl = (since: string) => apiUrl(`companion/analytics.csv?since=${since}`);

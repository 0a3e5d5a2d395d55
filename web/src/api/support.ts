import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

import { apiUrl } from "~/lib/base";

import {
  addTrustedAdult,
  changeSignal,
  changeSupportIncident,
  confirmHelpLine,
  deleteDocument,
  deleteSupportConversation,
  deleteSupportIncident,
  deleteTrustedAdult,
  getSupportAnalytics,
  getSupportConversation,
  getSupportHome,
  getSupportIncident,
  listDocumentCollections,
  listDocuments,
  listHelpLines,
  listSignals,
  listSupportConversations,
  listSupportMessages,
  retryDocument,
  startSupportConversation,
  tellSupport,
  type CollectionItem,
  type DocumentItem,
  type HelpLineRow,
  type Home,
  type IncidentChange,
  type IncidentView,
  type Monster,
  type SignalItem,
  type SupportConversation,
} from "./generated";
import { answer, upload } from "./http";

export type { Message } from "./generated";
export type Talk = SupportConversation;
export type Collection = CollectionItem;
export type DocumentRow = DocumentItem;
export type LineRow = HelpLineRow;
export type Helper = Home;
export type Incident = IncidentView;
export type { Monster };
export type Signal = SignalItem;

export const helperQuery = queryOptions({ queryKey: ["helper", "home"], queryFn: ({ signal }) => answer(getSupportHome({ signal })) });
export const talksQuery = infiniteQueryOptions({
  queryKey: ["helper", "talks"],
  queryFn: ({ pageParam, signal }) => answer(listSupportConversations({ query: { limit: 12, ...(pageParam ? { cursor: pageParam } : {}) }, signal })),
  initialPageParam: "",
  getNextPageParam: (last) => last.next_cursor ?? undefined,
});
export const talkQuery = (id: string) => queryOptions({ queryKey: ["helper", "talk", id], queryFn: ({ signal }) => answer(getSupportConversation({ path: { conversation_id: id }, signal })) });
/** What was said, newest last; each further page is what came before. */
export const saidQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["helper", "said", id],
    queryFn: ({ pageParam, signal }) => answer(listSupportMessages({ path: { conversation_id: id }, query: { limit: 100, ...(pageParam ? { cursor: pageParam } : {}) }, signal })),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
export const incidentQuery = (id: string) =>
  queryOptions({ queryKey: ["helper", "incident", id], queryFn: ({ signal }) => answer(getSupportIncident({ path: { conversation_id: id }, signal })), retry: false });
export const signalsQuery = queryOptions({ queryKey: ["helper", "signals"], queryFn: ({ signal }) => answer(listSignals({ signal })) });

export const startTalk = (monster: string) => answer(startSupportConversation({ body: { monster } }));
export const tell = (id: string, text: string) => answer(tellSupport({ path: { conversation_id: id }, body: { text, request_id: crypto.randomUUID() } }));
export const deleteTalk = (id: string) => answer(deleteSupportConversation({ path: { conversation_id: id } }));
export const talkFileUrl = (id: string) => apiUrl(`companion/support/conversations/${id}/export`);
/** Where an address of the server's own begins with its root. */
export const pictureUrl = (picture: string) => apiUrl(picture.replace(/^\/api\/v1\//, ""));
/** Calls a number as it is written: "0800 1111". */
export const callUrl = (phone: string) => `tel:${phone.replace(/[^+\d]/g, "")}`;
export const changeIncident = (id: string, body: IncidentChange) => answer(changeSupportIncident({ path: { conversation_id: id }, body }));
export const forgetIncident = (id: string) => answer(deleteSupportIncident({ path: { conversation_id: id } }));
export const addAdult = (name: string, how: string) => answer(addTrustedAdult({ body: { name, how_to_reach: how } }));
export const removeAdult = (id: string) => answer(deleteTrustedAdult({ path: { adult_id: id } }));
export const aboutHome = (id: string) => answer(changeSignal({ path: { signal_id: id }, body: { kept_from: "all" } }));

/** What conversations of a month ("2026-10") were about. */
export const countsQuery = (month: string) => queryOptions({ queryKey: ["helper", "counts", month], queryFn: ({ signal }) => answer(getSupportAnalytics({ query: { month: `${month}-01` }, signal })) });

export const collectionsQuery = queryOptions({ queryKey: ["documents", "collections"], queryFn: ({ signal }) => answer(listDocumentCollections({ signal })), refetchInterval: (query) => (query.state.data?.items.some((one) => one.waiting > 0) ? 2000 : false) });
export const documentsQuery = (collection: string) =>
  queryOptions({
    queryKey: ["documents", "of", collection],
    queryFn: ({ signal }) => answer(listDocuments({ path: { collection_id: collection }, query: { limit: 500 }, signal })),
    refetchInterval: (query) => (query.state.data?.items.some((one) => one.status === "pending" || one.status === "processing") ? 2000 : false),
  });
export const addDocument = (collection: string, file: File) => {
  const form = new FormData();
  form.append("file", file);
  return upload<DocumentItem>(`documents/collections/${collection}/documents`, form, { onProgress: () => undefined, signal: new AbortController().signal });
};
export const retryReading = (id: string) => answer(retryDocument({ path: { document_id: id } }));
export const removeDocument = (id: string) => answer(deleteDocument({ path: { document_id: id } }));
export const linesQuery = queryOptions({ queryKey: ["helper", "lines"], queryFn: ({ signal }) => answer(listHelpLines({ signal })) });
export const confirmLine = (line: LineRow, confirmed: boolean) => answer(confirmHelpLine({ path: { country: line.country, slug: line.slug }, body: { confirmed } }));

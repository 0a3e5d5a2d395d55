import { infiniteQueryOptions, queryOptions, type QueryClient } from "@tanstack/react-query";

import {
  addAlias as addAliasCall,
  createCharacter as createCharacterCall,
  createEntity as createEntityCall,
  createFact as createFactCall,
  createNote as createNoteCall,
  createRelationship as createRelationshipCall,
  decide as decideCall,
  declareSafe as declareSafeCall,
  deleteArticle as deleteArticleCall,
  deleteCharacter as deleteCharacterCall,
  deleteEntity as deleteEntityCall,
  deleteFact as deleteFactCall,
  deleteNote as deleteNoteCall,
  deleteRelationship as deleteRelationshipCall,
  editCharacter as editCharacterCall,
  editEntity as editEntityCall,
  editFact as editFactCall,
  editNote as editNoteCall,
  editRelationship as editRelationshipCall,
  getArticleToEdit,
  getEditableDescription,
  getEditablePanels,
  getEditableTexts,
  getEntityToEdit,
  listAllCharacterPages,
  listArticles,
  listNotedEpisodes,
  listNotes,
  listReview,
  listRoster,
  listWorld,
  mergeCharacters as mergeCharactersCall,
  mergeEntities as mergeEntitiesCall,
  proposeWorld as proposeWorldCall,
  removeAlias as removeAliasCall,
  restoreNotes as restoreNotesCall,
  revertPageDescription,
  revertPagePanels,
  revertPageTexts,
  setPage,
  setPresence as setPresenceCall,
  splitAlias as splitAliasCall,
  type AliasCreate,
  type CharacterPatch,
  type EntityCreate,
  type EntityPatch,
  type FactCreate,
  type FactPatch,
  type NoteCreate,
  type NotePatch,
  type PageEdit,
  type Presence,
  type RelationshipCreate,
  type RelationshipPatch,
  type ReviewState,
  type Thing,
  type WikiImportedItem,
  type WorldImportedItem,
} from "./generated";
import { answer, upload } from "./http";

export type {
  AliasItem,
  ArticleFull,
  ArticleRow,
  BalloonKind,
  EditableBalloon,
  EditableDescription,
  EditablePanels,
  EditableTexts,
  EntityFull,
  EntityKind,
  EntityRow,
  EvidenceRow,
  EpisodeNotesItem,
  FactRow,
  MentionRow,
  NoteRow,
  Origin,
  PageEdit,
  PanelEdit,
  PlaceItem,
  RelationshipRow,
  ReviewItem,
  ReviewState,
  RosterItem,
  Thing,
  WikiFactRow,
  WikiImportedItem,
  WorldImportedItem,
} from "./generated";

export type DecisionAction = "accept" | "correct" | "reject" | "safe" | "reopen";

export const AT_ONCE = 50;

/** What waits for a decision in a series, or had one, the surest first. */
export const reviewQuery = (slug: string, state: ReviewState, things: readonly Thing[], about?: string) =>
  infiniteQueryOptions({
    queryKey: ["editing", slug, "review", { state, things, about }],
    queryFn: ({ pageParam, signal }) =>
      answer(
        listReview({
          path: { slug },
          query: { state, limit: AT_ONCE, ...(things.length ? { thing: [...things] } : {}), ...(about ? { about } : {}), ...(pageParam === null ? {} : { cursor: pageParam }) },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? null,
    staleTime: 0,
  });

/** How much of a series is in a state. */
export const reviewCountQuery = (slug: string, state: ReviewState, things: readonly Thing[] = [], about?: string) =>
  queryOptions({
    queryKey: ["editing", slug, "review", "count", { state, things, about }],
    queryFn: async ({ signal }) =>
      (await answer(listReview({ path: { slug }, query: { state, limit: 1, ...(things.length ? { thing: [...things] } : {}), ...(about ? { about } : {}) }, signal }))).total,
  });

export const decide = (action: DecisionAction, ids: string[], { pages = [], quote = null }: { pages?: string[]; quote?: string | null } = {}) =>
  answer(decideCall({ body: { action, ids, page_ids: pages, quote } }));

const pageKey = (pageId: string, what: string) => ["editing", "pages", pageId, what];

export const editableTextsQuery = (pageId: string, lang: string | null) =>
  queryOptions({
    queryKey: [...pageKey(pageId, "texts"), lang],
    queryFn: ({ signal }) => answer(getEditableTexts({ path: { page_id: pageId }, query: lang ? { lang } : {}, signal })),
  });

export const editablePanelsQuery = (pageId: string) =>
  queryOptions({ queryKey: pageKey(pageId, "panels"), queryFn: ({ signal }) => answer(getEditablePanels({ path: { page_id: pageId }, signal })) });

export const editableDescriptionQuery = (pageId: string, lang: string | null) =>
  queryOptions({
    queryKey: [...pageKey(pageId, "description"), lang],
    queryFn: ({ signal }) => answer(getEditableDescription({ path: { page_id: pageId }, query: lang ? { lang } : {}, signal })),
  });

export const saveEditedPage = (pageId: string, body: PageEdit) => answer(setPage({ path: { page_id: pageId }, body }));
export const revertTexts = (pageId: string, lang: string, version: string) => answer(revertPageTexts({ path: { page_id: pageId }, query: { lang, version } }));
export const revertPanels = (pageId: string, version: string) => answer(revertPagePanels({ path: { page_id: pageId }, query: { version } }));
export const revertDescription = (pageId: string, lang: string, version: string) =>
  answer(revertPageDescription({ path: { page_id: pageId }, query: { lang, version } }));

export const rosterQuery = (slug: string) =>
  queryOptions({ queryKey: ["editing", slug, "roster"], queryFn: async ({ signal }) => (await answer(listRoster({ path: { slug }, signal }))).items });

export const createCharacter = (slug: string, name: string, pages: string[]) => answer(createCharacterCall({ path: { slug }, body: { name, page_ids: pages } }));
export const editCharacter = (id: string, body: CharacterPatch) => answer(editCharacterCall({ path: { character_id: id }, body }));
export const deleteCharacter = (id: string) => answer(deleteCharacterCall({ path: { character_id: id } }));
export const mergeCharacters = (into: string, from: string[]) => answer(mergeCharactersCall({ body: { into, from } }));
export const addAlias = (id: string, body: AliasCreate) => answer(addAliasCall({ path: { character_id: id }, body }));
export const removeAlias = (id: string) => answer(removeAliasCall({ path: { alias_id: id } }));
export const splitAlias = (id: string) => answer(splitAliasCall({ body: { alias_id: id } }));
export const setPresence = (id: string, pageId: string, presence: Presence | null) =>
  answer(setPresenceCall({ path: { character_id: id, page_id: pageId }, body: { presence } }));

export const worldQuery = (slug: string) =>
  queryOptions({ queryKey: ["editing", slug, "world"], queryFn: ({ signal }) => answer(listWorld({ path: { slug }, signal })) });

export const entityToEditQuery = (slug: string, id: string) =>
  queryOptions({ queryKey: ["editing", slug, "world", id], queryFn: ({ signal }) => answer(getEntityToEdit({ path: { entity_id: id }, signal })) });

export const createEntity = (slug: string, body: EntityCreate) => answer(createEntityCall({ path: { slug }, body }));
export const editEntity = (id: string, body: EntityPatch) => answer(editEntityCall({ path: { entity_id: id }, body }));
export const deleteEntity = (id: string) => answer(deleteEntityCall({ path: { entity_id: id } }));
export const mergeEntities = (into: string, from: string[]) => answer(mergeEntitiesCall({ body: { into, from } }));
export const createFact = (entityId: string, body: FactCreate) => answer(createFactCall({ path: { entity_id: entityId }, body }));
export const editFact = (id: string, body: FactPatch) => answer(editFactCall({ path: { fact_id: id }, body }));
export const deleteFact = (id: string) => answer(deleteFactCall({ path: { fact_id: id } }));
export const createRelationship = (slug: string, body: RelationshipCreate) => answer(createRelationshipCall({ path: { slug }, body }));
export const editRelationship = (id: string, body: RelationshipPatch) => answer(editRelationshipCall({ path: { relationship_id: id }, body }));
export const deleteRelationship = (id: string) => answer(deleteRelationshipCall({ path: { relationship_id: id } }));
export const proposeWorld = (slug: string) => answer(proposeWorldCall({ path: { slug } }));

export const articlesQuery = (slug: string) =>
  queryOptions({ queryKey: ["editing", slug, "wiki"], queryFn: async ({ signal }) => (await answer(listArticles({ path: { slug }, signal }))).items });

export const articleToEditQuery = (slug: string, id: string) =>
  queryOptions({ queryKey: ["editing", slug, "wiki", id], queryFn: ({ signal }) => answer(getArticleToEdit({ path: { article_id: id }, signal })) });

const PAGES_AT_ONCE = 30;

/** Every page that somebody is on, in reading order, read or not. */
export const allPagesWithQuery = (slug: string, id: string) =>
  infiniteQueryOptions({
    queryKey: ["editing", slug, "characters", id, "pages"],
    queryFn: ({ pageParam, signal }) =>
      answer(listAllCharacterPages({ path: { character_id: id }, query: { limit: PAGES_AT_ONCE, ...(pageParam === null ? {} : { cursor: pageParam }) }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor ?? null,
  });

export const declareSafe = (id: string, safe: boolean) => answer(declareSafeCall({ path: { article_id: id }, body: { safe_lore: safe } }));
export const deleteArticle = (id: string) => answer(deleteArticleCall({ path: { article_id: id } }));

/** Every episode of a series, with how many notes its makers' commentary makes. */
export const notedEpisodesQuery = (slug: string) =>
  queryOptions({ queryKey: ["editing", slug, "notes"], queryFn: async ({ signal }) => (await answer(listNotedEpisodes({ path: { slug }, signal }))).items });

export const notesToEditQuery = (slug: string, episodeId: string) =>
  queryOptions({ queryKey: ["editing", slug, "notes", episodeId], queryFn: ({ signal }) => answer(listNotes({ path: { episode_id: episodeId }, signal })) });

export const createNote = (episodeId: string, body: NoteCreate) => answer(createNoteCall({ path: { episode_id: episodeId }, body }));
export const editNote = (id: string, body: NotePatch) => answer(editNoteCall({ path: { note_id: id }, body }));
export const deleteNote = (id: string) => answer(deleteNoteCall({ path: { note_id: id } }));
export const restoreNotes = (episodeId: string) => answer(restoreNotesCall({ path: { episode_id: episodeId } }));

type Sending = Parameters<typeof upload>[2];

/** Files that come in whole or not at all; a folder's files keep the path inside it as their name. */
function form(files: readonly File[]): FormData {
  const made = new FormData();
  for (const file of files) made.append("files", file, file.webkitRelativePath || file.name);
  return made;
}

export const sendWorld = (slug: string, files: readonly File[], sending: Sending) =>
  upload<WorldImportedItem>(`editing/series/${encodeURIComponent(slug)}/world/import`, form(files), sending);
export const sendWiki = (slug: string, files: readonly File[], sending: Sending) =>
  upload<WikiImportedItem>(`editing/series/${encodeURIComponent(slug)}/wiki/import`, form(files), sending);

/** What an edit of the editing view may have changed elsewhere: pages in words, search, people, the world. */
export const stale = (queries: QueryClient) =>
  Promise.all([["editing"], ["pages"], ["search"], ["characters"], ["world"], ["entities"], ["wiki"]].map((queryKey) => queries.invalidateQueries({ queryKey })));

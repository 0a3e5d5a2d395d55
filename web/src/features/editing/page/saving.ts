import {
  revertDescription,
  revertPanels,
  revertTexts,
  saveEditedPage,
} from "~/api/editing";
import { getEditableDescription, getEditablePanels, getEditableTexts } from "~/api/generated";
import { answer, Problem } from "~/api/http";

import { editToSend, type Changes, type Draft, type Loaded } from "./model/draft";

export type Part = keyof Loaded;

/** Somebody else changed a part of the page while it was edited here; nothing was saved. */
export class Overtaken extends Error {
  override readonly name = "Overtaken";

  constructor(
    /** The page as it is now. */
    readonly theirs: Loaded,
  ) {
    super("overtaken");
  }
}

export async function refetched(pageId: string, language: string): Promise<Loaded> {
  const path = { page_id: pageId };
  const [texts, panels, description] = await Promise.all([
    answer(getEditableTexts({ path, query: { lang: language } })),
    answer(getEditablePanels({ path })),
    answer(getEditableDescription({ path, query: { lang: language } })),
  ]);
  return { texts, panels, description };
}

/** Saves the parts that changed together or not at all, each onto the version that it was made of. Throws `Overtaken` where somebody else was first. */
export async function savePage(pageId: string, draft: Draft, changes: Changes, onto: Loaded): Promise<Loaded> {
  const language = onto.texts.language;
  try {
    const saved = await saveEditedPage(pageId, editToSend(draft, changes, onto));
    return { texts: saved.texts ?? onto.texts, panels: saved.panels ?? onto.panels, description: saved.description ?? onto.description };
  } catch (error) {
    if (error instanceof Problem && error.code === "page_changed_meanwhile") throw new Overtaken(await refetched(pageId, language));
    throw error;
  }
}

/** Forgets what a person said of a part of the page. */
export async function revertPart(pageId: string, part: Part, { texts, panels, description }: Loaded): Promise<Loaded> {
  if (part === "texts") await revertTexts(pageId, texts.language, texts.version);
  else if (part === "panels") await revertPanels(pageId, panels.version);
  else await revertDescription(pageId, description.language, description.version);
  return refetched(pageId, texts.language);
}

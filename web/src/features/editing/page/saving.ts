import {
  revertDescription,
  revertPanels,
  revertTexts,
  saveDescription,
  savePanels,
  saveTexts,
  type EditableDescription,
  type EditablePanels,
  type EditableTexts,
} from "~/api/editing";
import { getEditableDescription, getEditablePanels, getEditableTexts } from "~/api/generated";
import { answer, Problem } from "~/api/http";

import { balloonsToSend, panelsToSend, type Changes, type Draft } from "./model/draft";

export interface Loaded {
  texts: EditableTexts;
  panels: EditablePanels;
  description: EditableDescription;
}

export type Part = keyof Loaded;

/** Somebody else changed a part of the page while it was edited here. */
export class Overtaken extends Error {
  override readonly name = "Overtaken";

  constructor(
    /** The page as it was loaded, with the parts that were saved before the one that could not be. */
    readonly saved: Loaded,
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

/** Sends the parts that changed, each onto the version that it was made of. Throws `Overtaken` where somebody else was first. */
export async function savePage(pageId: string, draft: Draft, changes: Changes, onto: Loaded): Promise<Loaded> {
  let saved = onto;
  const language = onto.texts.language;
  try {
    // Panels first: balloons are put into them by their boxes.
    if (changes.panels) {
      const panels = await savePanels(pageId, { version: onto.panels.version, language: onto.panels.language ?? language, panels: panelsToSend(draft.panels) });
      saved = { ...saved, panels };
    }
    if (changes.texts) saved = { ...saved, texts: await saveTexts(pageId, { language, version: onto.texts.version, balloons: balloonsToSend(draft.balloons) }) };
    if (changes.description) {
      const body = { language: onto.description.language, version: onto.description.version, description: draft.description.trim(), mood_tags: [...draft.moods] };
      saved = { ...saved, description: await saveDescription(pageId, body) };
    }
  } catch (error) {
    if (error instanceof Problem && error.code === "page_changed_meanwhile") throw new Overtaken(saved, await refetched(pageId, language));
    throw error;
  }
  return saved;
}

/** Forgets what a person said of a part of the page. */
export async function revertPart(pageId: string, part: Part, { texts, panels, description }: Loaded): Promise<Loaded> {
  if (part === "texts") await revertTexts(pageId, texts.language, texts.version);
  else if (part === "panels") await revertPanels(pageId, panels.version);
  else await revertDescription(pageId, description.language, description.version);
  return refetched(pageId, texts.language);
}

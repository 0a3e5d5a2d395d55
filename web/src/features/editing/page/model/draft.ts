import type { BalloonKind, EditableDescription, EditablePanels, EditableTexts, PageEdit } from "~/api/editing";
import type { Box } from "~/api/types";

/** A page as it was loaded, each part with its version. */
export interface Loaded {
  texts: EditableTexts;
  panels: EditablePanels;
  description: EditableDescription;
}

/** Text with its box; `key` tells it from the others for as long as it is edited. */
export interface DraftBalloon extends Box {
  key: string;
  text: string;
  kind: BalloonKind;
  speaker: string | null;
  /** Number of its panel as a source says, from 1; null: by its box. */
  panel: number | null;
  confidence: number | null;
}

export interface DraftPanel extends Box {
  key: string;
  description: string | null;
}

export interface Draft {
  balloons: readonly DraftBalloon[];
  panels: readonly DraftPanel[];
  description: string;
  moods: readonly string[];
}

let made = 0;

export const newKey = (): string => {
  made += 1;
  return `new-${made}`;
};

export const draftOf = (texts: EditableTexts, panels: EditablePanels, description: EditableDescription): Draft => ({
  balloons: texts.balloons.map(({ x, y, width, height, text, kind, speaker, panel, confidence }, index) => ({
    key: `balloon-${index}`,
    x,
    y,
    width,
    height,
    text,
    kind: kind ?? "speech",
    speaker: speaker ?? null,
    panel: panel ?? null,
    confidence,
  })),
  panels: panels.panels.map(({ x, y, width, height, description: shown }, index) => ({ key: `panel-${index}`, x, y, width, height, description: shown ?? null })),
  description: description.description,
  moods: description.mood_tags,
});

export interface Changes {
  texts: boolean;
  panels: boolean;
  description: boolean;
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Which parts of a page differ from what was loaded: only those are sent. */
export const changesOf = (draft: Draft, loaded: Draft): Changes => ({
  texts: !same(draft.balloons, loaded.balloons),
  panels: !same(draft.panels, loaded.panels),
  description: draft.description !== loaded.description || !same(draft.moods, loaded.moods),
});

export const isChanged = ({ texts, panels, description }: Changes): boolean => texts || panels || description;

function orNull(words: string | null): string | null {
  const trimmed = words?.trim() ?? "";
  return trimmed === "" ? null : trimmed;
}

/** Balloons as they are sent; one without words is none, for nothing is said in it. */
export const balloonsToSend = (balloons: readonly DraftBalloon[]) =>
  balloons
    .filter(({ text }) => text.trim())
    .map(({ x, y, width, height, text, kind, speaker, panel }) => ({ x, y, width, height, text: text.trim(), kind, speaker: orNull(speaker), panel }));

export const panelsToSend = (panels: readonly DraftPanel[]) =>
  panels.map(({ x, y, width, height, description }) => ({ x, y, width, height, description: orNull(description) }));

/** The parts that changed as one request, each with the version and in the language that it was loaded in. */
export const editToSend = (draft: Draft, changes: Changes, { texts, panels, description }: Loaded): PageEdit => ({
  texts: changes.texts ? { language: texts.language, version: texts.version, balloons: balloonsToSend(draft.balloons) } : null,
  panels: changes.panels ? { language: panels.language ?? texts.language, version: panels.version, panels: panelsToSend(draft.panels) } : null,
  description: changes.description
    ? { language: description.language, version: description.version, description: draft.description.trim(), mood_tags: [...draft.moods] }
    : null,
});

import { useMemo, useState } from "react";

import type { Box, Direction } from "~/api/types";

import { middleOf, panelUnder, WHOLE } from "./model/boxes";
import { newKey, type Draft, type DraftBalloon, type DraftPanel } from "./model/draft";
import { beginning, redone, stepped, undone } from "./model/history";
import { inReadingOrder, reordered } from "./model/order";

export interface DraftOf {
  now: Draft;
  canUndo: boolean;
  canRedo: boolean;
  undo: () => void;
  redo: () => void;
  restart: (draft: Draft) => void;
  /** Panel numbers, from 1, by balloon; null: in none. */
  panelOf: (balloon: DraftBalloon) => number | null;
  setBalloon: (key: string, change: Partial<Omit<DraftBalloon, "key">>, about?: string) => void;
  setPanel: (key: string, change: Partial<Omit<DraftPanel, "key">>, about?: string) => void;
  /** Adds one, at a box or in the middle of the page, and returns its key. */
  addBalloon: (box?: Box) => string;
  addPanel: (box?: Box) => string;
  remove: (key: string) => void;
  moveBalloon: (from: number, to: number) => void;
  movePanel: (from: number, to: number) => void;
  /** Puts all in the order in which they are read, by where they are. */
  orderBalloons: () => void;
  orderPanels: () => void;
  setDescription: (description: string) => void;
  setMoods: (moods: string[]) => void;
}

/** A page being edited, with every step undoable until it is saved. */
export function useDraft(initial: Draft, direction: Direction): DraftOf {
  const [history, setHistory] = useState(() => beginning(initial));
  const { now } = history;
  return useMemo(() => {
    const step = (change: (draft: Draft) => Draft, about: string | null = null) => setHistory((was) => stepped(was, change(was.now), about));
    // A balloon's panel, where a source named it, holds no longer once either of them has moved.
    const loosened = (balloons: readonly DraftBalloon[]) => balloons.map((one) => ({ ...one, panel: null }));
    const withPanels = (draft: Draft, panels: readonly DraftPanel[]): Draft => ({ ...draft, panels, balloons: loosened(draft.balloons) });
    const panelOf = (balloon: DraftBalloon) => balloon.panel ?? panelUnder(balloon, now.panels);
    return {
      now,
      canUndo: history.past.length > 0,
      canRedo: history.future.length > 0,
      undo: () => setHistory(undone),
      redo: () => setHistory(redone),
      restart: (draft) => setHistory(beginning(draft)),
      panelOf,
      setBalloon: (key, change, about) =>
        step(
          (draft) => ({ ...draft, balloons: draft.balloons.map((one) => (one.key === key ? { ...one, ...("x" in change ? { panel: null } : {}), ...change, confidence: null } : one)) }),
          about ?? null,
        ),
      setPanel: (key, change, about) =>
        step((draft) => {
          const panels = draft.panels.map((one) => (one.key === key ? { ...one, ...change } : one));
          return "x" in change ? withPanels(draft, panels) : { ...draft, panels };
        }, about ?? null),
      addBalloon: (box) => {
        const key = newKey();
        step((draft) => ({ ...draft, balloons: [...draft.balloons, { ...(box ?? middleOf(WHOLE, 0.2)), key, text: "", kind: "speech", speaker: null, panel: null, confidence: null }] }));
        return key;
      },
      addPanel: (box) => {
        const key = newKey();
        step((draft) => withPanels(draft, [...draft.panels, { ...(box ?? middleOf(WHOLE, 0.5)), key, description: null }]));
        return key;
      },
      remove: (key) =>
        step((draft) =>
          draft.panels.some((one) => one.key === key)
            ? withPanels(
                draft,
                draft.panels.filter((one) => one.key !== key),
              )
            : { ...draft, balloons: draft.balloons.filter((one) => one.key !== key) },
        ),
      moveBalloon: (from, to) => step((draft) => ({ ...draft, balloons: reordered(draft.balloons, from, to) })),
      movePanel: (from, to) => step((draft) => withPanels(draft, reordered(draft.panels, from, to))),
      orderBalloons: () =>
        step((draft) => {
          const inPanel = (number: number | null) => inReadingOrder(draft.balloons.filter((one) => panelOf(one) === number), direction);
          return { ...draft, balloons: [...draft.panels.flatMap((_, index) => inPanel(index + 1)), ...inPanel(null)] };
        }),
      orderPanels: () => step((draft) => withPanels(draft, inReadingOrder(draft.panels, direction))),
      setDescription: (description) => step((draft) => ({ ...draft, description }), "description"),
      setMoods: (moods) => step((draft) => ({ ...draft, moods })),
    };
  }, [now, history.past.length, history.future.length, direction]);
}

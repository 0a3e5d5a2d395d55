import { describe, expect, test } from "vitest";

import type { Box } from "~/api/types";

import { drawn, middleOf, moved, panelUnder, resized, SMALLEST, WHOLE } from "./boxes";
import { balloonsToSend, changesOf, draftOf, isChanged, type Draft } from "./draft";
import { beginning, redone, stepped, undone } from "./history";
import { inReadingOrder, reordered } from "./order";

const box = (x: number, y: number, width: number, height: number): Box => ({ x, y, width, height });

describe("a box", () => {
  test("stays whole on the page wherever it is moved", () => {
    expect(moved(box(0.1, 0.1, 0.2, 0.3), 0.05, -0.02)).toEqual(box(0.15, 0.08, 0.2, 0.3));
    expect(moved(box(0.1, 0.1, 0.2, 0.3), 5, 5)).toEqual(box(0.8, 0.7, 0.2, 0.3));
    expect(moved(box(0.1, 0.1, 0.2, 0.3), -5, -5)).toEqual(box(0, 0, 0.2, 0.3));
  });

  test("keeps the corner opposite to the one that is pulled", () => {
    expect(resized(box(0.2, 0.2, 0.4, 0.4), "se", 0.1, -0.1)).toEqual(box(0.2, 0.2, 0.5, 0.3));
    expect(resized(box(0.2, 0.2, 0.4, 0.4), "nw", 0.1, 0.1)).toEqual(box(0.3, 0.3, 0.3, 0.3));
    expect(resized(box(0.2, 0.2, 0.4, 0.4), "ne", 9, -9)).toEqual(box(0.2, 0, 0.8, 0.6));
  });

  test("cannot be turned inside out", () => {
    const small = resized(box(0.2, 0.2, 0.4, 0.4), "sw", 0.9, -0.9);
    expect(small.width).toBeCloseTo(SMALLEST);
    expect(small.height).toBeCloseTo(SMALLEST);
    expect(small.y).toBe(0.2);
    expect(small.x + small.width).toBeCloseTo(0.6);
  });

  test("is drawn from any corner to any other, cut at the page", () => {
    expect(drawn({ x: 0.5, y: 0.5 }, { x: 0.2, y: 0.9 })).toEqual(box(0.2, 0.5, 0.3, 0.4));
    expect(drawn({ x: 0.9, y: 0.9 }, { x: 1.4, y: 1.4 })).toEqual(box(0.9, 0.9, 0.1, 0.1));
    expect(drawn({ x: 0.5, y: 0.5 }, { x: 0.5, y: 0.9 })).toBeNull();
  });

  test("is in the panel that holds most of it, and in none between them", () => {
    const panels = [box(0, 0, 0.5, 0.5), box(0.5, 0, 0.5, 0.5)];
    expect(panelUnder(box(0.4, 0.1, 0.3, 0.1), panels)).toBe(2);
    expect(panelUnder(box(0.4, 0.8, 0.3, 0.1), panels)).toBeNull();
  });

  test("is made in the middle of its panel", () => {
    expect(middleOf(WHOLE, 0.5)).toEqual(box(0.25, 0.25, 0.5, 0.5));
  });
});

describe("order", () => {
  test("an item goes where it is put, and no further than the ends", () => {
    expect(reordered(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
    expect(reordered(["a", "b", "c"], 2, -1)).toEqual(["c", "a", "b"]);
    expect(reordered(["a", "b", "c"], 1, 9)).toEqual(["a", "c", "b"]);
  });

  const [left, right, under] = [box(0, 0.02, 0.5, 0.4), box(0.5, 0, 0.5, 0.4), box(0, 0.5, 1, 0.4)];

  test("panels are read row by row, each from where reading begins", () => {
    expect(inReadingOrder([under, right, left], "ltr")).toEqual([left, right, under]);
    expect(inReadingOrder([under, left, right], "rtl")).toEqual([right, left, under]);
  });
});

describe("steps", () => {
  test("are taken back one by one and taken again, until another is taken", () => {
    let history = stepped(stepped(beginning(1), 2), 3);
    history = undone(undone(history));
    expect(history.now).toBe(1);
    expect(undone(history).now).toBe(1);
    history = redone(history);
    expect(history.now).toBe(2);
    expect(redone(stepped(history, 9)).now).toBe(9);
  });

  test("letters typed into one field are one step", () => {
    let history = beginning("");
    for (const typed of ["P", "Pe", "Pep"]) history = stepped(history, typed, "text of 1");
    history = stepped(history, "Pep!", "text of 2");
    expect(undone(history).now).toBe("Pep");
    expect(undone(undone(history)).now).toBe("");
  });
});

describe("a draft", () => {
  const draft = (change: Partial<Draft> = {}): Draft => ({
    ...draftOf(
      { page_id: "p", language: "en", source: "lettering", version: "1", sources: [], balloons: [{ ...box(0, 0, 0.1, 0.1), text: "Hm", confidence: null }] },
      { page_id: "p", language: null, source: "detected", version: "1", panels: [{ ...WHOLE }] },
      { page_id: "p", language: "en", source: null, model: null, version: "1", description: "A kitchen.", mood_tags: ["calm"] },
    ),
    ...change,
  });

  test("sends only the part that was changed", () => {
    expect(isChanged(changesOf(draft(), draft()))).toBe(false);
    expect(changesOf(draft({ moods: ["tense"] }), draft())).toEqual({ texts: false, panels: false, description: true });
    expect(changesOf(draft({ balloons: [] }), draft())).toEqual({ texts: true, panels: false, description: false });
  });

  test("leaves out balloons in which nothing is said", () => {
    const [one] = draft().balloons;
    const balloons = one ? [one, { ...one, key: "2", text: "  " }] : [];
    expect(balloonsToSend(balloons).map(({ text }) => text)).toEqual(["Hm"]);
  });
});

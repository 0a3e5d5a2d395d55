// @vitest-environment happy-dom
import { act, renderHook } from "@testing-library/react";
import { expect, test } from "vitest";

import { useDraft } from "./useDraft";

const book = { title: "Rainbow Potions", tags: ["magic"], year: 2014 as number | null };

test("sends nothing while nothing was touched", () => {
  const { result } = renderHook(() => useDraft(book, ["title"]));
  expect(result.current.dirty).toBe(false);
  expect(result.current.changes()).toEqual({});
});

test("sends only what changed, and locks it", () => {
  const { result } = renderHook(() => useDraft(book, []));
  act(() => result.current.field("tags").onChange(["magic", "cats"]));
  expect(result.current.field("tags").locked).toBe(true);
  expect(result.current.changes()).toEqual({ tags: ["magic", "cats"] });
});

test("a value typed and typed back is not sent, but its lock is", () => {
  const { result } = renderHook(() => useDraft(book, ["tags"]));
  act(() => result.current.field("tags").onChange(["cats"]));
  act(() => result.current.field("tags").onChange(["magic"]));
  expect(result.current.changes()).toEqual({});
  expect(result.current.dirty).toBe(false);
});

test("an opened lock is sent by name, and the value stays", () => {
  const { result } = renderHook(() => useDraft(book, ["title"]));
  act(() => result.current.field("title").toggleLock());
  expect(result.current.dirty).toBe(true);
  expect(result.current.changes()).toEqual({ unlock: ["title"] });
});

test("closing a lock by hand sends the value as it is", () => {
  const { result } = renderHook(() => useDraft(book, []));
  act(() => result.current.field("year").toggleLock());
  expect(result.current.changes()).toEqual({ year: 2014 });
});

test("what was learnt later is the beginning, not a change", () => {
  const { result } = renderHook(() => useDraft<{ title: string; summary: string | null }>({ title: "One", summary: null }, []));
  act(() => result.current.field("title").onChange("Two"));
  act(() => result.current.learn("summary", "The cat did it."));
  expect(result.current.field("summary").value).toBe("The cat did it.");
  expect(result.current.changes()).toEqual({ title: "Two" });
});

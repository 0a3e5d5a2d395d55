import { describe, expect, it, vi } from "vitest";

import { actionFor } from "./useReaderKeys";

const actions = (direction: "ltr" | "rtl") => {
  const turn = vi.fn();
  const nothing = vi.fn();
  return {
    enabled: true, direction, turn, first: nothing, last: nothing, zoom: vi.fn(), nextLanguage: nothing, nextLayout: nothing,
    fullScreen: nothing, previousEpisode: nothing, nextEpisode: nothing, chrome: nothing, help: nothing, leave: nothing,
  };
};

describe("the reader's keys", () => {
  it("turn towards the side that the story goes", () => {
    const left = actions("ltr");
    actionFor({ key: "ArrowRight", shiftKey: false }, left)?.();
    expect(left.turn).toHaveBeenLastCalledWith(1);
    const manga = actions("rtl");
    actionFor({ key: "ArrowRight", shiftKey: false }, manga)?.();
    expect(manga.turn).toHaveBeenLastCalledWith(-1);
    actionFor({ key: "ArrowLeft", shiftKey: false }, manga)?.();
    expect(manga.turn).toHaveBeenLastCalledWith(1);
  });

  it("go on with the space bar and back with shift", () => {
    const now = actions("rtl");
    actionFor({ key: " ", shiftKey: false }, now)?.();
    actionFor({ key: " ", shiftKey: true }, now)?.();
    expect(now.turn.mock.calls).toEqual([[1], [-1]]);
  });

  it("leave other keys to the browser", () => {
    expect(actionFor({ key: "q", shiftKey: false }, actions("ltr"))).toBeUndefined();
    expect(actionFor({ key: "constructor", shiftKey: false }, actions("ltr"))).toBeUndefined();
  });
});

import { describe, expect, it, vi } from "vitest";

import { actionFor } from "./useReaderKeys";

const actions = (direction: "ltr" | "rtl") => {
  const turn = vi.fn();
  const onwards = vi.fn();
  const nothing = vi.fn();
  return {
    enabled: true, direction, turn, onwards, first: nothing, last: nothing, zoom: vi.fn(), nextLanguage: nothing, nextLayout: nothing,
    fullScreen: nothing, guided: vi.fn(), words: nothing, side: vi.fn(), ask: nothing, previousEpisode: nothing, nextEpisode: nothing, chrome: nothing, help: nothing, leave: nothing,
  };
};

describe("the reader's keys", () => {
  it("turn towards the side that the story goes", () => {
    const left = actions("ltr");
    actionFor({ key: "ArrowRight", shiftKey: false, repeat: false }, left)?.();
    expect(left.turn).toHaveBeenLastCalledWith(1, false);
    const manga = actions("rtl");
    actionFor({ key: "ArrowRight", shiftKey: false, repeat: false }, manga)?.();
    expect(manga.turn).toHaveBeenLastCalledWith(-1, false);
    actionFor({ key: "ArrowLeft", shiftKey: false, repeat: false }, manga)?.();
    expect(manga.turn).toHaveBeenLastCalledWith(1, false);
  });

  it("go on with the space bar and back with shift", () => {
    const now = actions("rtl");
    actionFor({ key: " ", shiftKey: false, repeat: false }, now)?.();
    actionFor({ key: " ", shiftKey: true, repeat: false }, now)?.();
    expect(now.onwards.mock.calls).toEqual([[1, 0.86, false], [-1, 0.86, false]]);
  });

  it("make no show of it while they are held down", () => {
    const now = actions("ltr");
    actionFor({ key: "ArrowRight", shiftKey: false, repeat: true }, now)?.();
    expect(now.turn).toHaveBeenLastCalledWith(1, true);
  });

  it("open what stands beside the page, and go from panel to panel", () => {
    const now = actions("ltr");
    actionFor({ key: "T", shiftKey: true, repeat: false }, now)?.();
    actionFor({ key: "g", shiftKey: false, repeat: false }, now)?.();
    expect(now.side).toHaveBeenLastCalledWith("t");
    expect(now.guided).toHaveBeenCalledOnce();
  });

  it("leave other keys to the browser", () => {
    expect(actionFor({ key: "q", shiftKey: false, repeat: false }, actions("ltr"))).toBeUndefined();
    expect(actionFor({ key: "constructor", shiftKey: false, repeat: false }, actions("ltr"))).toBeUndefined();
  });
});

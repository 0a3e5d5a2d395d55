// @vitest-environment happy-dom
import { parse } from "@formatjs/icu-messageformat-parser";
import { IntlMessageFormat } from "intl-messageformat";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { pseudo } from "./pseudo";
import { audience, onWords, parsed, saidOtherwise, speakTo } from "./words";

const answerWith = (texts: unknown, status = 200) => vi.fn(() => Promise.resolve(new Response(JSON.stringify({ version: "1", texts }), { status })));

beforeEach(() => localStorage.clear());
afterEach(() => vi.unstubAllGlobals());

describe("what the operator says otherwise", () => {
  test("is parsed, and asked for in the language and for whom it is", async () => {
    const fetching = answerWith({ "shelf.title": "Nos {count, plural, one {livre} other {livres}}" });
    vi.stubGlobal("fetch", fetching);
    speakTo({ is_minor: true });
    expect(Object.keys(await saidOtherwise("fr"))).toEqual(["shelf.title"]);
    expect(fetching.mock.calls[0]).toEqual([expect.stringContaining("words/fr.json?variant=teenager"), expect.anything()]);
  });

  test("is what was said last while the server does not answer, and nothing where nothing ever was", async () => {
    vi.stubGlobal("fetch", () => new Promise(() => undefined));
    expect(await saidOtherwise("fr", 1)).toEqual({});
    vi.stubGlobal("fetch", answerWith({ a: "Hier" }));
    await saidOtherwise("fr");
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("offline")));
    expect(await saidOtherwise("fr")).toEqual({ a: [expect.objectContaining({ value: "Hier" })] });
    vi.stubGlobal("fetch", answerWith({}, 500));
    expect(Object.keys(await saidOtherwise("fr"))).toEqual(["a"]);
    vi.stubGlobal("fetch", answerWith({}));
    expect(await saidOtherwise("fr")).toEqual({});
  });

  test("leaves out a text that cannot be read", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    expect(Object.keys(await parsed({ good: "Yes", bad: "{count, plural, one {" }))).toEqual(["good"]);
  });

  test("is asked for anew when somebody of another age is signed in, and only then", () => {
    const renewed = vi.fn();
    const stop = onWords(renewed);
    speakTo({ is_minor: false });
    speakTo({ is_minor: false });
    expect([audience(), renewed.mock.calls.length]).toEqual(["parent", 1]);
    speakTo(null);
    expect([audience(), renewed.mock.calls.length]).toEqual(["all", 2]);
    stop();
  });
});

describe("pseudo-languages", () => {
  const message = parse("{count, plural, =0 {None of {name}} one {# page} other {# pages}} left");
  const said = (language: "en-XA" | "ar-XB", count: number) => new IntlMessageFormat(pseudo(message, language), "en").format({ count, name: "Bob" });

  test("change every word and no value", () => {
    expect(said("en-XA", 0)).toBe("[Ñöñéé öƒ Bob ļéƒţ]");
    expect(said("en-XA", 2)).toMatch(/^\[2 þå.+\]$/);
    expect(said("ar-XB", 0)).toContain("\u200f\u202eNone\u202c\u200f");
    expect(said("ar-XB", 0)).toContain(" Bob");
  });
});

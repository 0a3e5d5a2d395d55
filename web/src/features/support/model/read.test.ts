import { expect, test } from "vitest";

import type { Message } from "~/api/support";

import { read } from "./read";

const from = (number: number, section: string) => ({ number, document: { id: "d", title: "What you can do", section, page: null, sources: [] } }) as unknown as Message["citations"][number];
const says = (text: string, ...citations: number[]) => ({ text, citations, language: null });

test("sentences of one place are one quotation, and the helper's own words stay its own", () => {
  const told = read({ sentences: [says("Here is what I know:"), says("One.", 1), says("Two.", 2), says("Three.", 3), says("Whom do you trust?")], citations: [from(1, "Now"), from(2, "Now"), from(3, "Later")] });
  expect(told.map((one) => [one.document?.section ?? null, one.said])).toEqual([
    [null, ["Here is what I know:"]],
    ["Now", ["One.", "Two."]],
    ["Later", ["Three."]],
    [null, ["Whom do you trust?"]],
  ]);
});

import { expect, test } from "vitest";

import { countriesIn, likelyCountry } from "./countries";

test("countries have the names of the language and stand in its order", () => {
  const french = countriesIn("fr");
  expect(french.find(({ value }) => value === "DE")?.label).toBe("Allemagne");
  expect(french.findIndex(({ value }) => value === "DE")).toBeLessThan(french.findIndex(({ value }) => value === "IT"));
  expect(new Set(french.map(({ value }) => value)).size).toBe(french.length);
});

test("the country is guessed from a language that names one, and from nothing else", () => {
  expect(likelyCountry(["it", "fr-CH", "en-US"])).toBe("CH");
  expect(likelyCountry(["en", "x y"])).toBe("");
});

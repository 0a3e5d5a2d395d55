import { expect, test } from "vitest";

import type { Account } from "~/api/types";

import { sift } from "./model";

const person = (name: string, more: Partial<Account> = {}) => ({ id: name, name, email: null, onboarded: true, user_type: "adult", is_active: true, vouched: true, ...more }) as Account;
const everybody = [person("Zoé", { vouched: false }), person("élève 10", { user_type: "child" }), person("élève 9", { user_type: "teenager" }), person("Ada", { onboarded: false }), person("Bo", { is_active: false, email: "bo@example.org" })];
const names = (words: string, kind: Parameters<typeof sift>[2]) => sift(everybody, words, kind, "fr").map((one) => one.name);

test("everybody is in the order of names, numbers in them by their value", () => {
  expect(names("", "all")).toEqual(["Ada", "Bo", "élève 9", "élève 10", "Zoé"]);
});

test("accents, capitals and the order of words do not count", () => {
  expect(names("ZOE", "all")).toEqual(["Zoé"]);
  expect(names("10 eleve", "all")).toEqual(["élève 10"]);
  expect(names("example", "all")).toEqual(["Bo"]);
});

test("each kind has only its own", () => {
  expect(names("", "young")).toEqual(["élève 9", "élève 10"]);
  expect(names("", "grown")).toEqual(["Bo", "Zoé"]);
  expect(names("", "new")).toEqual(["Ada"]);
  expect(names("", "unsure")).toEqual(["Zoé"]);
  expect(names("", "closed")).toEqual(["Bo"]);
});

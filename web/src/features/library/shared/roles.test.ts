import { expect, test } from "vitest";

import { KNOWN_ROLES, nameOfRole } from "./roles";

const text = (key: string) => `<${key}>`;

test("known roles are translated, however they are written", () => {
  expect(nameOfRole("Cover_Artist", text)).toBe("<role.cover>");
  expect(nameOfRole("colourist", text)).toBe("<role.colorist>");
});

test("roles that nobody knows stay as they are", () => {
  expect(nameOfRole("Cat wrangler", text)).toBe("Cat wrangler");
  expect(nameOfRole("constructor", text)).toBe("constructor");
});

test("each role is offered once", () => {
  const names = KNOWN_ROLES.map((role) => nameOfRole(role, text));
  expect(new Set(names).size).toBe(names.length);
});

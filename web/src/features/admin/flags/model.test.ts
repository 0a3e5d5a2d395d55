import { expect, test } from "vitest";

import { definitionOf, parseDefinition } from "./model";

test("a flag is edited without what goes without saying", () => {
  const flag = { name: "ai", version: 2, is_shipped: true, is_set: true, kind: "boolean", environment: "all", visibility: "all", variant: "teenager", description: "All", is_enabled: false, variants: { on: true }, default_variant: "on", targeting: null, targeting_rules: null } as const;
  expect(definitionOf(flag)).toEqual({ description: "All", is_enabled: false, variant: "teenager", variants: { on: true }, default_variant: "on" });
});

test("JSON that cannot be read says on which line", () => {
  expect(parseDefinition('{"variants": {"on": true}}').definition).toEqual({ variants: { on: true } });
  expect(parseDefinition('{\n  "a": 1,\n  oops\n}').fault?.line).toBe(3);
  expect(parseDefinition("[1]").fault).not.toBeNull();
  expect(parseDefinition("").fault?.line).toBe(1);
});

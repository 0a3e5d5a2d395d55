import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

const source = join(import.meta.dirname, "..");
const styles = join(source, "../node_modules/@mantine/core/styles");

test("the style of every part of Mantine that a screen uses is loaded", () => {
  const code = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".tsx"))
    .map((name) => readFileSync(join(source, name), "utf8"));
  const names = code.flatMap((file) => [...file.matchAll(/import \{([^}]*)\} from "@mantine\/core"/g)].flatMap(([, list]) => (list ?? "").split(",")));
  const styled = [...new Set(names.map((name) => name.trim()))].filter((name) => existsSync(join(styles, `${name}.css`)));
  const loaded = readFileSync(join(import.meta.dirname, "styles.ts"), "utf8");
  expect(styled).toContain("Menu");
  expect(styled.filter((name) => !loaded.includes(`/styles/${name}.css`))).toEqual([]);
});

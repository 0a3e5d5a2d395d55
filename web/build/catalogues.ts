import { parse, type MessageFormatElement } from "@formatjs/icu-messageformat-parser";
import { parse as parseYaml } from "yaml";
import type { Plugin } from "vite";

export type Flat = Record<string, string>;

/** The catalogue's tree as `{"shelf.title": "…"}`; throws naming the key that holds anything but text. */
export function flatten(tree: unknown, prefix = ""): Flat {
  if (typeof tree !== "object" || tree === null || Array.isArray(tree)) {
    throw new Error(`catalogue: ${prefix || "the file"} should hold keys`);
  }
  const flat: Flat = {};
  for (const [name, value] of Object.entries(tree)) {
    const key = prefix ? `${prefix}.${name}` : name;
    if (typeof value === "string") flat[key] = value;
    else Object.assign(flat, flatten(value, key));
  }
  return flat;
}

export function parseCatalogue(yaml: string): Flat {
  return flatten(parseYaml(yaml));
}

/** Parses one ICU message; throws with the key and what is wrong with it. */
export function parseMessage(key: string, text: string): MessageFormatElement[] {
  try {
    return parse(text, { requiresOtherClause: true });
  } catch (cause) {
    throw new Error(`catalogue: ${key} is not a valid message: ${(cause as Error).message}`, { cause });
  }
}



/** Turns `web.yaml` catalogues into modules of parsed messages, so that the browser needs neither YAML nor an ICU parser. */
export function catalogues(): Plugin {
  return {
    name: "fumetto-catalogues",
    enforce: "pre",
    transform(code, id) {
      if (!id.endsWith(".yaml")) return null;
      const messages = Object.fromEntries(
        Object.entries(parseCatalogue(code)).map(([key, text]) => [key, parseMessage(key, text)]),
      );
      return { code: `export default JSON.parse(${JSON.stringify(JSON.stringify(messages))});`, map: null, moduleType: "js" };
    },
  };
}

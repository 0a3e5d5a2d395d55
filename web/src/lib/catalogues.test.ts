import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { TYPE, type MessageFormatElement } from "@formatjs/icu-messageformat-parser";
import { describe, expect, test } from "vitest";

import { parseCatalogue, parseMessage } from "../../build/catalogues";

const root = join(import.meta.dirname, "../../../src/fumetto/catalogues");
const languages = ["en", "fr", "it"];
/** The catalogues of the web application; others in the folder are the server's. */
const files = ["web.yaml", "reader.yaml", "editing.yaml", "asking.yaml", "account.yaml", "admin.yaml", "admin_words.yaml", "door.yaml", "family.yaml", "helper.yaml"].filter((file) => readdirSync(join(root, "en")).includes(file));
const read = (language: string, file: string) => parseCatalogue(readFileSync(join(root, language, file), "utf8"));

/** What a message is given: each placeholder with its kind; a plural needs a number, a select its cases. */
function placeholders(elements: MessageFormatElement[], found = new Map<string, string>()): Map<string, string> {
  for (const element of elements) {
    if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
    const kind = element.type === TYPE.plural || element.type === TYPE.number ? "number" : TYPE[element.type];
    found.set(element.value, element.type === TYPE.select ? `select ${Object.keys(element.options).sort().join("|")}` : kind);
    if (element.type === TYPE.select || element.type === TYPE.plural) {
      for (const option of Object.values(element.options)) placeholders(option.value, found);
    }
    if (element.type === TYPE.tag) placeholders(element.children, found);
  }
  return found;
}

const sorted = (map: Map<string, string>) => [...map].map(([name, kind]) => `${name}: ${kind}`).sort();

describe.each(files)("%s", (file) => {
  const english = read("en", file);

  test.each(languages)("every message of %s is valid and says something", (language) => {
    for (const [key, text] of Object.entries(read(language, file))) {
      parseMessage(key, text);
      expect(text.trim(), key).not.toBe("");
    }
  });

  test.each(languages)("%s has the keys that English has, no more and no fewer", (language) => {
    expect(Object.keys(read(language, file)).sort()).toEqual(Object.keys(english).sort());
  });

  test.each(languages)("%s is given what English is given", (language) => {
    for (const [key, text] of Object.entries(read(language, file))) {
      const same = english[key];
      if (same) expect(sorted(placeholders(parseMessage(key, text))), key).toEqual(sorted(placeholders(parseMessage(key, same))));
    }
  });

  test.each(languages)("%s writes apostrophes, quotation marks and ellipses as books do", (language) => {
    for (const [key, text] of Object.entries(read(language, file))) expect(text, key).not.toMatch(/'(?![{}])|\.\.\.| "|" /);
  });

  test("French puts a narrow space before its tall punctuation", () => {
    for (const [key, text] of Object.entries(read("fr", file))) {
      const words = text.replace(/\{[^{}]*,|\b(?:one|other|=\d+)\s|::[^}]*/g, "").replace(/https?:\S+/g, "");
      expect(words, key).not.toMatch(/[\p{L}\d)»] ?[?!;]|«(?![\u00a0\u202f])|(?<![\u00a0\u202f])»/u);
    }
  });
});

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === "generated" ? [] : sources(path);
    return /\.tsx?$/.test(name) && !name.endsWith(".test.ts") ? [readFileSync(path, "utf8")] : [];
  });
}

describe("the texts of the screens", () => {
  const code = sources(join(import.meta.dirname, "..")).join("\n");
  const keys = Object.keys(Object.assign({}, ...files.map((file) => read("en", file))) as object);

  test("every text that a screen asks for is there", () => {
    const asked = [...code.matchAll(/\btext\(\s*(?:[\w.!= &|"?[\]()]*\?\s*)?"([a-z][\w-]*(?:\.[\w-]+)+)"(?:\s*:\s*"([a-z][\w-]*(?:\.[\w-]+)+)")?/gi)]
      .flatMap(([, first, second]) => [first, second])
      .filter((key): key is string => key !== undefined);
    expect(asked.length).toBeGreaterThan(100);
    expect(asked.filter((key) => !keys.includes(key))).toEqual([]);
  });

  test("every text is asked for by some screen", () => {
    const built = [...code.matchAll(/`([a-z][\w-]*(?:\.[\w-]+)*)\.?\$\{/gi)].map(([, start]) => start ?? "");
    const unused = keys.filter((key) => !code.includes(`"${key}"`) && !built.some((start) => key.startsWith(start)));
    expect(unused).toEqual([]);
  });
});

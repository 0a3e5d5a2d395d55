const PARTS: [RegExp, string][] = [
  [/\bby\b|attribution/i, "by"],
  [/\bnc\b|non-?commercial/i, "nc"],
  [/\bsa\b|share-?alike/i, "sa"],
  [/\bnd\b|no-?deriv/i, "nd"],
];

/** The page of a licence: an address it names itself, or Creative Commons' own for "CC BY-SA 4.0" and its long names. */
export function licenseAddress(name: string): string | null {
  const given = /https?:\/\/[^\s)]+/.exec(name);
  if (given) return given[0];
  if (/^cc ?0|creative commons zero/i.test(name)) return "https://creativecommons.org/publicdomain/zero/1.0/";
  if (!/^cc\b|creative commons/i.test(name)) return null;
  const parts = PARTS.filter(([said]) => said.test(name)).map(([, code]) => code);
  if (parts[0] !== "by") return null;
  const version = /\b([1-4]\.[05])\b/.exec(name)?.[1] ?? "4.0";
  return `https://creativecommons.org/licenses/${parts.join("-")}/${version}/`;
}

import type { Text } from "~/lib/language";

/** What people do in a book, in the words that are stored, each with the key of its text. */
const ROLES: Record<string, string> = {
  writer: "writer",
  author: "writer",
  writing: "writer",
  story: "story",
  plot: "story",
  script: "script",
  scenario: "script",
  artist: "artist",
  art: "artist",
  illustrator: "artist",
  penciller: "penciller",
  penciler: "penciller",
  inker: "inker",
  colorist: "colorist",
  colourist: "colorist",
  colors: "colorist",
  letterer: "letterer",
  lettering: "letterer",
  "cover artist": "cover",
  cover: "cover",
  editor: "editor",
  translator: "translator",
  translation: "translator",
  adapter: "adapter",
  proofreader: "proofreader",
  proofreading: "proofreader",
  correction: "proofreader",
  contributor: "contributor",
};

/** The stored word of each role that has a text of its own, for an editor to choose from. */
export const KNOWN_ROLES = Object.keys(ROLES).filter((role, index, all) => all.findIndex((other) => ROLES[other] === ROLES[role]) === index);

/** What somebody did, in the interface's language where it is a known role; else as it was written. */
export function nameOfRole(role: string, text: Text): string {
  const word = role.toLowerCase().replace(/[\s_-]+/g, " ").trim();
  const known = Object.hasOwn(ROLES, word) ? ROLES[word] : undefined;
  return known ? text(`role.${known}`) : role;
}

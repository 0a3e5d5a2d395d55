import type { Account } from "~/api/types";

export const KINDS = ["all", "young", "grown", "new", "unsure", "closed"] as const;
/** Of whom the list is: everybody, minors, grown-ups, who has not come yet,
 * who only says themselves that they are an adult, whose account is closed. */
export type Kind = (typeof KINDS)[number];

const YOUNG: ReadonlySet<string> = new Set(["child", "teenager"]);

const fits: Record<Kind, (user: Account) => boolean> = {
  all: () => true,
  young: (user) => user.onboarded && YOUNG.has(user.user_type),
  grown: (user) => user.onboarded && !YOUNG.has(user.user_type),
  new: (user) => !user.onboarded,
  unsure: saysTheyAreAnAdult,
  closed: (user) => !user.is_active,
};

/** Those of a kind in whose name or mail address the words are, by name; accents and capitals do not count. */
export function sift(users: Account[], words: string, kind: Kind, language: string): Account[] {
  const wanted = plain(words).split(/\s+/).filter(Boolean);
  const order = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
  return users
    .filter((user) => fits[kind](user) && wanted.every((word) => plain(`${user.name} ${user.email ?? ""}`).includes(word)))
    .sort((one, other) => order.compare(one.name, other.name));
}

const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Whether nobody but they themselves has said that this is an adult. */
export function saysTheyAreAnAdult(user: Account): boolean {
  return user.onboarded && user.is_active && !YOUNG.has(user.user_type) && !user.vouched;
}

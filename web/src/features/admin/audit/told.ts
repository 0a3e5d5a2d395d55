interface Words {
  /** People by their ids. */
  names: Record<string, string>;
  nothing: string;
  yes: string;
  no: string;
}

/** A value of the log as a person reads it: people by their names, lists with commas, fields within as lines of their own. */
export function told(value: unknown, words: Words): string {
  if (value === null || value === undefined || value === "") return words.nothing;
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (typeof value === "string") return words.names[value] ?? value;
  if (Array.isArray(value)) return value.length ? value.map((one) => told(one, words)).join(", ") : words.nothing;
  if (typeof value === "object") {
    const lines = Object.entries(value).map(([name, one]) => `${name}: ${told(one, words)}`);
    return lines.length ? lines.join("\n") : words.nothing;
  }
  return JSON.stringify(value);
}

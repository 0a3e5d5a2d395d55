import type { Flag, FlagPut } from "~/api/flags";

/** What of a flag is written as JSON; its name and version stand beside it. */
export type Definition = Omit<FlagPut, "version">;

export const BLANK: Definition = {
  description: "",
  is_enabled: true,
  variants: { on: true, off: false },
  default_variant: "off",
};

/** A flag as it is edited, without what is as it would be anyway. */
export function definitionOf(flag: Flag): Definition {
  const { description, kind, is_enabled, environment, visibility, variant, targeting_rules, variants, default_variant, targeting } = flag;
  return {
    description: description ?? "",
    is_enabled: is_enabled ?? true,
    ...(kind && kind !== "boolean" ? { kind } : {}),
    ...(environment && environment !== "all" ? { environment } : {}),
    ...(visibility && visibility !== "all" ? { visibility } : {}),
    ...(variant && variant !== "all" ? { variant } : {}),
    ...(targeting_rules ? { targeting_rules } : {}),
    variants: variants ?? {},
    default_variant: default_variant ?? null,
    ...(targeting ? { targeting } : {}),
  };
}

export type Parsed = { definition: Definition; fault: null } | { definition: null; fault: { line: number; message: string } };

/** JSON as a definition, or the line on which it cannot be read. */
export function parseDefinition(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { definition: value, fault: null };
    return { definition: null, fault: { line: 1, message: "{ … }" } };
  } catch (error) {
    const message = (error as Error).message;
    const line = /line (\d+)/.exec(message)?.[1];
    const position = /position (\d+)/.exec(message)?.[1];
    const found = line ? Number(line) : position ? text.slice(0, Number(position)).split("\n").length : 1;
    return { definition: null, fault: { line: found, message: message.replace(/ in JSON.*| \(line.*|JSON\.parse: /g, "") } };
  }
}

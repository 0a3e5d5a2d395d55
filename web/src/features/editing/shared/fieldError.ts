import { Problem } from "~/api/http";

/** What the server said of one field, to stand beside it. */
export const fieldError = (error: unknown, name: string): string | undefined => (error instanceof Problem ? error.fields[name] : undefined);

/** The error where none of a form's fields says it already. */
export const otherError = (error: unknown, ...names: string[]): unknown => (names.some((name) => fieldError(error, name)) ? null : error);

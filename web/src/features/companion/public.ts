import { lazy } from "react";

import { part } from "~/api/http";

/** What other parts of the application show of the companion: loaded when it is opened. */
export const Companion = lazy(async () => ({ default: (await part(import("./Companion"))).Companion }));
export const Opinion = lazy(async () => ({ default: (await part(import("./Opinion"))).Opinion }));
export const MemoryList = lazy(async () => ({ default: (await part(import("./Memory"))).MemoryList }));

/** Puts the keyboard into the field for a question, where there is one. */
export function focusQuestion(): void {
  document.querySelector<HTMLElement>("[data-question]")?.focus();
}

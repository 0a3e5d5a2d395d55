import { queryOptions } from "@tanstack/react-query";

import { deleteFlag, listFlagHistory, listFlags, previewFlags, setFlag, type FlagPut, type PreviewFlagsData } from "./generated";
import { answer } from "./http";

export type { FlagOut as Flag, FlagPut, Previewed } from "./generated";

export const flagsQuery = queryOptions({ queryKey: ["admin", "flags"], queryFn: ({ signal }) => answer(listFlags({ signal })) });
export const flagHistoryQuery = (name: string) => queryOptions({ queryKey: ["admin", "flags", name, "history"], queryFn: ({ signal }) => answer(listFlagHistory({ path: { name }, signal })) });
export const changeFlag = (name: string, body: FlagPut) => answer(setFlag({ path: { name }, body }));
/** Take back what was set: one that came with Fumetto is as it came, another is gone. */
export const takeFlagBack = (name: string) => answer(deleteFlag({ path: { name }, query: { confirm: name } }));
/** What somebody would get, and why. */
export const tryFlags = (body: PreviewFlagsData["body"]) => answer(previewFlags({ body }));

import { lazy } from "react";

import { part } from "~/api/http";

export { PagesWith } from "./PagesWith";

/** What other parts of the application show of a world: loaded when it is opened, for it brings the graph with it. */
export const WorldView = lazy(async () => ({ default: (await part(import("./WorldView"))).WorldView }));

import { type QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";

import { basePath } from "~/lib/base";
import { NotFound, RouteError } from "~/ui/Failure";

import { administration } from "./routes/admin";
import { inside, root, shell } from "./routes/base";
import { door } from "./routes/door";
import { editing } from "./routes/editing";
import { library } from "./routes/library";
import { people } from "./routes/people";
import { read } from "./routes/reading";
import { support } from "./routes/support";

const tree = root.addChildren([...door, inside.addChildren([shell.addChildren([...library, ...support, ...people, editing, administration]), read])]);

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    basepath: basePath,
    context: { queries },
    defaultPreload: "intent",
    defaultPreloadDelay: 80,
    scrollRestoration: true,
    defaultErrorComponent: RouteError,
    defaultNotFoundComponent: NotFound,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}

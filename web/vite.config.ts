import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

import { catalogues } from "./build/catalogues.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.FUMETTO_DEV_SERVER ?? "http://127.0.0.1:8420";

export default defineConfig({
  // Relative, because a reverse proxy may publish the application below any path.
  base: "./",
  plugins: [catalogues(), react()],
  resolve: {
    alias: [
      { find: /^~\//, replacement: `${here("./src")}/` },
      { find: /^@catalogues\//, replacement: `${here("../src/fumetto/catalogues")}/` },
      // Only what the operator says otherwise is parsed in the browser, by a parser that comes when it is needed.
      { find: /^@icu-parser$/, replacement: here("./node_modules/@formatjs/icu-messageformat-parser/index.js") },
      // Messages are parsed when the application is built.
      ...(process.env.VITEST
        ? []
        : [{ find: /^@formatjs\/icu-messageformat-parser$/, replacement: "@formatjs/icu-messageformat-parser/no-parser.js" }]),
    ],
  },
  server: {
    host: "127.0.0.1",
    fs: { allow: [here(".."), here(".")] },
    proxy: { "/api": server, "/opds": server },
  },
  preview: { host: "127.0.0.1", proxy: { "/api": server, "/opds": server } },
  // One sheet for all screens: they are small, and a sheet that did not come would be missing for as long as the page is open.
  build: { cssCodeSplit: false, target: "es2022", sourcemap: false, assetsInlineLimit: 0, chunkSizeWarningLimit: 700 },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}", "build/**/*.test.ts"], css: false, restoreMocks: true },
});

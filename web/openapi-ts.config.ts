import { defineConfig } from "@hey-api/openapi-ts";

export default defineConfig({
  input: "openapi.json",
  output: { path: "src/api/generated", clean: true },
  // Other programs' feeds and the operator's addresses are not the web application's business.
  parser: { filters: { operations: { include: ["/^[A-Z]+ /api/v1/"] } } },
  plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
});

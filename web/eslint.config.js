import js from "@eslint/js";
import { createTypeScriptImportResolver } from "eslint-import-resolver-typescript";
import { importX } from "eslint-plugin-import-x";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";

const features = ["library", "reader", "people", "search", "editing", "world", "companion", "support", "admin"];

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/api/generated"] },
  js.configs.recommended,
  {
    files: ["src/**/*.{ts,tsx}", "build/**/*.ts", "*.config.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers read well in template strings, and every other type still needs saying how.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `onClick={() => save()}` is how handlers are written.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // Event handlers may be asynchronous; the errors end in the mutation's own state.
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      // The router redirects by throwing a redirect, which is not an Error.
      "@typescript-eslint/only-throw-error": ["error", { allow: [{ from: "package", package: "@tanstack/router-core", name: "Redirect" }] }],
    },
  },
  {
    files: ["src/**/*.{ts,tsx}"],
    extends: [jsxA11y.flatConfigs.strict],
    plugins: { "react-hooks": reactHooks, "import-x": importX },
    languageOptions: { globals: globals.browser },
    settings: { "import-x/resolver-next": [createTypeScriptImportResolver({ project: "tsconfig.json" })] },
    rules: {
      ...reactHooks.configs.recommended.rules,
      // The virtualizer's functions change without its identity changing; the compiler is not used, so nothing is lost.
      "react-hooks/incompatible-library": "off",
      "import-x/order": [
        "error",
        { "newlines-between": "always", alphabetize: { order: "asc" }, pathGroups: [{ pattern: "~/**", group: "internal" }], groups: ["builtin", "external", "internal", "parent", "sibling"] },
      ],
      "import-x/no-restricted-paths": [
        "error",
        {
          basePath: import.meta.dirname,
          zones: [
            ...features.map((feature) => ({
              target: `./src/features/${feature}`,
              from: "./src/features",
              // A world is shown in several places, and the companion beside the page, through their doors.
              except: [`./${feature}`, "./world/public.ts", "./companion/public.ts"],
              message: "Features do not import each other: lift what they share into ui, lib or api.",
            })),
            { target: "./src/features", from: "./src/app", message: "app sees features, not the other way round." },
            { target: ["./src/ui", "./src/lib", "./src/api"], from: ["./src/features", "./src/app"], message: "Shared code does not know who uses it." },
            { target: ["./src/lib", "./src/api"], from: "./src/ui", message: "ui stands on lib and api." },
          ],
        },
      ],
    },
  },
  { files: ["dev/**", "*.js", "public/**"], languageOptions: { globals: { ...globals.node, ...globals.browser } } },
);

import js from "@eslint/js";
import tseslint from "typescript-eslint";

/** Named one by one: looked for from every file, the same programs take half as long again. */
const PROJECTS = [
  "./tsconfig.json",
  "./web/checkout/tsconfig.json",
  "./web/button/tsconfig.json",
  "./web/client/tsconfig.json",
  "./web/docs/tsconfig.json",
  "./docs/samples/shop/tsconfig.json",
];

/**
 * Types first: the rules that need the type checker are the ones that guard money (a promise nobody waits for, a union
 * member nobody handles). Layout is Prettier's business, imports between rooms are dependency-cruiser's.
 */
export default tseslint.config(
  {
    ignores: [
      "node_modules",
      "cdk.out",
      ".cache",
      "coverage",
      "sandbox/daraja/pages/**",
      "sandbox/pages/**",
      "web/client/dist",
      "web/client/src/{schema,operations}.ts",
    ],
  },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { project: PROJECTS, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "never" }],
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true } }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      eqeqeq: "error",
      "max-params": ["error", 3],
      "max-lines": ["error", { max: 200, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ["functions/**/*.ts"],
    ignores: ["functions/runtime/env.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        {
          object: "process",
          property: "env",
          message: "functions/runtime/env.ts is the only reader of the environment.",
        },
      ],
    },
  },
  {
    files: ["test/**/*.ts", "bench/**/*.ts"],
    rules: {
      "@typescript-eslint/consistent-type-assertions": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": "off",
    },
  },
  {
    files: ["**/*.config.{ts,mjs}", ".dependency-cruiser.mjs"],
    rules: { "no-restricted-exports": "off", "max-lines": "off" },
  },
  { files: ["**/*.mjs"], extends: [tseslint.configs.disableTypeChecked] },
);

/**
 * `npm run mutants`: changes the rules of money and all that is read from and written to Safaricom's wire in one place at a
 * time, and shows each change to the laws and unit tests that reach it (test/mutants). A change that no test notices is
 * printed.
 */
export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  vitest: { configFile: "test/mutants/vitest.config.ts", related: false },
  mutate: ["functions/domain/*.ts", "functions/daraja/*.ts"],
  coverageAnalysis: "perTest",
  // What a module makes as it loads would cost every test anew; the tables are held by tests of their own.
  ignoreStatic: true,
  // Wording is nobody's promise: a test that held every sentence would hold nothing else.
  mutator: { excludedMutations: ["StringLiteral"] },
  concurrency: 2,
  incremental: true,
  incrementalFile: ".cache/mutants/incremental.json",
  tempDirName: ".cache/mutants/copy",
  ignorePatterns: [
    "**",
    "!functions/**",
    "!lib/**",
    "!sandbox/**",
    "!test/**",
    "!docs/**",
    "!scripts/**",
    "!bench/**",
    "!*.json",
    "!*.ts",
  ],
  reporters: ["clear-text", "progress-append-only", "html", "json"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: ".cache/mutants/report.html" },
  jsonReporter: { fileName: ".cache/mutants/report.json" },
  timeoutMS: 10_000,
  timeoutFactor: 3,
};

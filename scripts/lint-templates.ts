/**
 * `npm run lint:templates`: the templates of every stage through cfn-lint, its warnings as errors. cfn-lint is not one of
 * our packages: where it is not installed this says so and ends with 0. It calls no network.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleStages } from "./example-stages.ts";

/** Where a Kenyan business is likely to be; what a service lacks there is a mistake. */
const REGIONS = ["af-south-1", "eu-west-1"];

/** What we don't hold, each with its reason. */
const IGNORED = [
  // The CDK writes a dependency down even where a reference says the same. It changes nothing.
  "W3005",
];

const LIMIT_MS = 300_000;

const isInstalled = (): boolean => spawnSync("cfn-lint", ["--version"], { timeout: LIMIT_MS }).status === 0;

/** Whether the templates below the directory pass. */
const passes = (directory: string): boolean => {
  const stages = [...exampleStages(directory)];
  const templates = stages.flatMap(([, app]) => app.synth().stacks.map(({ templateFullPath }) => templateFullPath));
  const options = ["--regions", ...REGIONS, "--ignore-checks", ...IGNORED, "--"];
  const { status } = spawnSync("cfn-lint", [...options, ...templates], { stdio: "inherit", timeout: LIMIT_MS });
  if (status === 0) console.log(`cfn-lint finds nothing in ${templates.length} templates of ${stages.length} stages.`);
  return status === 0;
};

if (!isInstalled()) {
  console.log("cfn-lint is not installed here, so no template was looked at. `pip install cfn-lint` brings it.");
} else {
  const directory = mkdtempSync(join(tmpdir(), "malipo-templates-"));
  try {
    if (!passes(directory)) process.exitCode = 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

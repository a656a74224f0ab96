/**
 * `npm run packs`: what cdk-nag's rule packs say of every stage, and what is accepted of it: the entries of
 * lib/constructs/accepted.ts with the day, and on how many resources of a stage each rule is accepted. Ends with 1 when a
 * pack finds anything else. It calls no network.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CfnResource, Validations } from "aws-cdk-lib";
import type { App } from "aws-cdk-lib";
import { ACCEPTED } from "../lib/constructs/accepted.ts";
import { acceptedFindings, rulePacks } from "../lib/rule-packs.ts";
import type { StageName } from "../lib/stage.ts";
import { exampleStages } from "./example-stages.ts";

const directory = await mkdtemp(join(tmpdir(), "malipo-packs-"));
const synthesised = async () => {
  try {
    return exampleStages(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
};
const stages = await synthesised();

/** Prints what a stage's packs find; answers how many findings there are. */
const judge = (stage: StageName, app: App): number => {
  for (const { resource, id, reason } of acceptedFindings(app)) Validations.of(resource).acknowledge({ id, reason });
  let found = 0;
  for (const pack of rulePacks(app)) {
    const { violations } = pack.validateScope(app);
    for (const { ruleName, violatingResources } of violations)
      for (const { constructPath } of violatingResources) console.log(`  ${ruleName} at ${constructPath ?? "?"}`);
    const findings = violations.reduce((sum, { violatingResources }) => sum + violatingResources.length, 0);
    console.log(`${stage}: ${pack.readPackName}: ${findings} findings`);
    found += findings;
  }
  return found;
};

let found = 0;
for (const [stage, app] of stages) found += judge(stage, app);

const resourcesOf = (app: App): readonly CfnResource[] =>
  app.node.findAll().filter((node) => CfnResource.isCfnResource(node));
const resources = new Map([...stages].map(([stage, app]) => [stage, resourcesOf(app)]));
for (const { name, since, rules } of ACCEPTED) {
  console.log(`\n${name} (${since})`);
  for (const [rule, findings] of Object.entries(rules)) {
    const counts = [...resources].map(([stage, all]) => `${stage} ${all.flatMap(findings).length}`);
    console.log(`  ${rule}: ${counts.join(", ")}`);
  }
}
console.log(`\n${ACCEPTED.length} accepted, ${found} findings.`);
if (found > 0) process.exitCode = 1;

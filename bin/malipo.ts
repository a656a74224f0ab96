/**
 * The CDK app: `npx cdk synth`, `npx cdk deploy --all`. Which stage, and what only the one who deploys knows, is said in
 * the context: `-c stage=production -c apiDomain=... -c callbackDomain=... -c certificateArn=...`.
 */
import { buildApp } from "../lib/app.ts";
import { addRulePacks } from "../lib/rule-packs.ts";
import { StageRefused } from "../lib/stages.ts";

try {
  addRulePacks(buildApp({ validated: true }));
} catch (fault) {
  if (!(fault instanceof StageRefused)) throw fault;
  console.error(fault.message);
  process.exitCode = 1;
}

/**
 * `npm run guard`: refuses a deployment that would lose what the next one can't make again. What must stay true: it only
 * reads, and what it can't judge it refuses.
 */
import { readFileSync } from "node:fs";
import { readCommandLine, requiredStage } from "./arguments.ts";
import type { DeployedStageName } from "./arguments.ts";
import { except, readExceptions } from "./guard/exceptions.ts";
import { judge, unknownKinds } from "./guard/judge.ts";
import { report } from "./guard/report.ts";
import { deployedTemplates, stackNames, templatesIn } from "./guard/sources.ts";
import type { DeployedTemplate, Place } from "./guard/sources.ts";
import type { Templates } from "./guard/template.ts";
import { CalledWrongly, NotDone } from "./refusal.ts";
import type { Terminal } from "./terminal.ts";

const HELP = `Refuses a deployment that would lose what the next one can't make again.

  npx cdk synth --all -c stage=STAGE ...       as for the deployment
  npm run guard -- --stage STAGE [--synthesised DIRECTORY] [--deployed DIRECTORY] [--exceptions FILE] [--strict] [--first]

STAGE is sandbox or production. Lays the templates of --synthesised (cdk.out unless another is named) beside what is
deployed: read from CloudFormation with your AWS credentials, or from files NAME-OF-STACK.template.json in --deployed.
Ends with 1, and says what would be lost and what to do, when something that holds anything would be deleted, replaced or
called otherwise, when what protects it would be weakened, and when an export would go that another stack imports. What
changes about permissions, limits and alarms is listed; with --strict it ends with 1 as well.
--exceptions names a JSON file of losses that somebody wants; docs/deploying.md says what stands in it.
Where nothing of the stage is deployed it ends with 1, because it looks the same in another account or region. --first
says that this is the stage's first deployment, and ends with 1 where something is.
It reads and never changes anything.`;

export interface GuardDeps {
  readonly terminal: Terminal;
  readonly deployed: DeployedTemplate;
  readonly place: (stage: DeployedStageName) => Promise<Place>;
  /** Today, UTC, as `yyyy-MM-dd`. */
  readonly today: () => string;
}

const nextTemplates = (directory: string, stage: DeployedStageName): Templates => {
  const next = templatesIn(directory, stage);
  const [data = ""] = stackNames(stage);
  if (!next.has(data))
    throw new NotDone(
      `${directory} holds no ${data}: synthesise the stage as for its deployment, npx cdk synth --all -c stage=${stage}. Nothing was compared.`,
    );
  return next;
};

const requireKnown = (templates: Templates): void => {
  const unknown = unknownKinds(templates);
  if (unknown.length > 0)
    throw new NotDone(
      `Nobody has said whether something is lost with ${unknown.join(", ")}: name each in operator/guard/kinds.ts. Nothing was compared.`,
    );
};

/** The stage, and where it was looked for. */
const titleOf = (stage: string, { account, region }: Place): string => {
  const where = [...(account === null ? [] : [`account ${account}`]), ...(region === null ? [] : [region])];
  return where.length === 0 ? stage : `${stage} in ${where.join(", ")}`;
};

/** In a wrong account or region nothing stands, and nothing would be refused. */
const requireExpected = (deployed: Templates, title: string, isFirst: boolean): void => {
  if (deployed.size === 0 && !isFirst)
    throw new NotDone(
      `${title}: nothing of it is deployed there. Look whether that is the account and the region; if this is the first deployment, say so with --first. Nothing was compared.`,
    );
  if (deployed.size > 0 && isFirst)
    throw new NotDone(
      `${title}: --first is for a stage of which nothing stands, and there is ${[...deployed.keys()].join(", ")}. Ask again without it. Nothing was compared.`,
    );
};

const NOWHERE: Place = { account: null, region: null };

/** Does what the words ask. @throws CalledWrongly or NotDone with a sentence for the person. */
export const guardCommand = async (deps: GuardDeps, words: readonly string[]): Promise<void> => {
  const { terminal } = deps;
  const line = readCommandLine(words, ["stage", "synthesised", "deployed", "exceptions"], ["strict", "first"]);
  if (line.wantsHelp) {
    terminal.answer(HELP);
    return;
  }
  if (line.action !== null) throw new CalledWrongly("It takes options alone; --help shows how.");
  const stage = requiredStage(line);
  const file = line.option("exceptions");
  const exceptions = file === undefined ? [] : readExceptions(readFileSync(file, "utf8"));
  const next = nextTemplates(line.option("synthesised") ?? "cdk.out", stage);
  const saved = line.option("deployed");
  const deployed = saved === undefined ? await deployedTemplates(deps.deployed, stage) : templatesIn(saved, stage);
  const title = titleOf(stage, saved === undefined ? await deps.place(stage) : NOWHERE);
  requireExpected(deployed, title, line.has("first"));
  requireKnown(deployed);
  requireKnown(next);
  const verdict = judge(deployed, next);
  const judged = { ...verdict, ...except(verdict.refusals, exceptions, deps.today()), stage: title };
  for (const text of report(judged)) terminal.answer(text);
  if (judged.refusals.length > 0)
    throw new NotDone(`Refused: ${judged.refusals.length}. Nothing was deployed; docs/deploying.md says how to go on.`);
  if (line.has("strict") && judged.warnings.length > 0)
    throw new NotDone(`To be looked at: ${judged.warnings.length}, and --strict lets none pass. Nothing was deployed.`);
};

/** Where templates come from: a directory that `cdk synth` wrote, files that somebody saved, or CloudFormation itself. */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { DescribeStacksCommand, GetTemplateCommand } from "@aws-sdk/client-cloudformation";
import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import type { DeployedStageName } from "../arguments.ts";
import { NotDone } from "../refusal.ts";
import { isMissing } from "../stage.ts";
import { readTemplate } from "./template.ts";
import type { Template, Templates } from "./template.ts";

/** As the CDK calls the file of a stack. */
const ENDING = ".template.json";

/** The stacks of a stage, whether they are deployed or not. */
export const stackNames = (stage: DeployedStageName): readonly string[] =>
  ["Data", "Gateway", "Storefronts", "Pages"].map((part) => `Malipo${part}-${stage}`);

/** The stage's templates in a directory. @throws NotDone when one can't be read. */
export const templatesIn = (directory: string, stage: DeployedStageName): Templates => {
  const files = readdirSync(directory).filter(
    (file) => file.startsWith("Malipo") && file.endsWith(`-${stage}${ENDING}`),
  );
  return new Map(
    files.sort().map((file): [string, Template] => {
      const template = readTemplate(readFileSync(path.join(directory, file), "utf8"));
      if (template === null)
        throw new NotDone(`${path.join(directory, file)} is no template in JSON. Nothing was compared.`);
      return [file.slice(0, -ENDING.length), template];
    }),
  );
};

/** A template as it was last deployed; null when there is no such stack in this account and region. */
export type DeployedTemplate = (stackName: string) => Promise<Template | null>;

export const cloudFormationTemplates =
  (client: Pick<CloudFormationClient, "send">): DeployedTemplate =>
  async (stackName) => {
    try {
      // As it was sent, with references and exports as the CDK wrote them; the other form has them resolved.
      const request = new GetTemplateCommand({ StackName: stackName, TemplateStage: "Original" });
      const template = readTemplate((await client.send(request)).TemplateBody ?? "");
      if (template === null) throw new NotDone(`What is deployed as ${stackName} is no template of the CDK's.`);
      return template;
    } catch (fault) {
      if (isMissing(fault)) return null;
      throw fault;
    }
  };

export const deployedTemplates = async (read: DeployedTemplate, stage: DeployedStageName): Promise<Templates> => {
  const templates = new Map<string, Template>();
  for (const name of stackNames(stage)) {
    const template = await read(name);
    if (template !== null) templates.set(name, template);
  }
  return templates;
};

/** Where it was looked; null for what nobody could say. */
export interface Place {
  readonly account: string | null;
  readonly region: string | null;
}

interface Credentials {
  readonly accountId?: string | undefined;
}
type PlacedClient = Pick<CloudFormationClient, "send"> & {
  readonly config: { readonly region: () => Promise<string>; readonly credentials: () => Promise<Credentials> };
};

/** By the name that a stack of the stage has in AWS; where none stands, by what the credentials say of themselves. */
export const cloudFormationPlace =
  (client: PlacedClient) =>
  async (stage: DeployedStageName): Promise<Place> => {
    const [StackName] = stackNames(stage);
    try {
      const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
      const [, , , region = null, account = null] = stack?.StackId?.split(":") ?? [];
      return { account, region };
    } catch (fault) {
      if (!isMissing(fault)) throw fault;
      const { accountId = null } = await client.config.credentials();
      return { account: accountId, region: await client.config.region() };
    }
  };

/**
 * Finds the parts of a deployed stage. They have no fixed names: the outputs of the stage's stacks name them, so a
 * command can never touch another stage's parts by a mistyped name.
 */
import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import type { Stack, CloudFormationClient } from "@aws-sdk/client-cloudformation";
import type { DeployedStageName } from "./arguments.ts";
import { NotDone } from "./refusal.ts";

export type Outputs = ReadonlyMap<string, string>;

export interface Stacks {
  /** The outputs of the stack of that name; null when there is no such stack in this account and region. */
  outputs(stackName: string): Promise<Outputs | null>;
}

/** CloudFormation has no error of its own for a stack that is not there. */
export const isMissing = (fault: unknown): boolean =>
  fault instanceof Error && fault.name === "ValidationError" && fault.message.includes("does not exist");

const outputsOf = (stack: Stack | undefined): Outputs =>
  new Map(
    (stack?.Outputs ?? []).flatMap(({ OutputKey: key, OutputValue: value }) =>
      key === undefined || value === undefined ? [] : [[key, value] as const],
    ),
  );

export const cloudFormationStacks = (client: Pick<CloudFormationClient, "send">): Stacks => ({
  outputs: async (stackName) => {
    try {
      const { Stacks: stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
      return outputsOf(stacks[0]);
    } catch (fault) {
      if (isMissing(fault)) return null;
      throw fault;
    }
  },
});

/** What the commands ask of each stack, under the names of its outputs. A test holds the stacks to it. */
export const DATA_OUTPUTS = [
  "DirectoryTableName",
  "TransactionsTableName",
  "ArchiveBucketName",
  "CoordinationTableName",
  "PepperSecretArn",
  "SigningSecretArn",
  "DarajaSecretArn",
  "PhoneKeysSecretArn",
] as const;
export const GATEWAY_OUTPUTS = ["CallbackBaseUrl"] as const;
export const STOREFRONT_OUTPUTS = ["UsagePlanStandard", "UsagePlanHigh", "ApiBaseUrl"] as const;
/** Where the pages lie, and where payers find them. */
export const PAGES_OUTPUTS = ["PagesBucketName", "CheckoutBaseUrl"] as const;
export type DataOutput = (typeof DATA_OUTPUTS)[number];
export type GatewayOutput = (typeof GATEWAY_OUTPUTS)[number];
export type StorefrontOutput = (typeof STOREFRONT_OUTPUTS)[number];
export type PagesOutput = (typeof PAGES_OUTPUTS)[number];

/** Gives the value of an output. @throws NotDone when the stack lacks it. */
export type ReadOutput<Name extends string> = (name: Name) => string;

const readStack = async <Name extends string>(stacks: Stacks, stackName: string): Promise<ReadOutput<Name>> => {
  const outputs = await stacks.outputs(stackName);
  if (!outputs)
    throw new NotDone(
      `There is no stack ${stackName} in this AWS account and region: deploy the stage first, or choose another account with AWS_PROFILE and AWS_REGION.`,
    );
  return (name) => {
    const value = outputs.get(name);
    if (value === undefined)
      throw new NotDone(
        `The stack ${stackName} has no output ${name}: deploy this version of Malipo to the stage first.`,
      );
    return value;
  };
};

export const dataStack = (stacks: Stacks, stage: DeployedStageName): Promise<ReadOutput<DataOutput>> =>
  readStack(stacks, `MalipoData-${stage}`);

export const gatewayStack = (stacks: Stacks, stage: DeployedStageName): Promise<ReadOutput<GatewayOutput>> =>
  readStack(stacks, `MalipoGateway-${stage}`);

export const storefrontStack = (stacks: Stacks, stage: DeployedStageName): Promise<ReadOutput<StorefrontOutput>> =>
  readStack(stacks, `MalipoStorefronts-${stage}`);

export const pagesStack = (stacks: Stacks, stage: DeployedStageName): Promise<ReadOutput<PagesOutput>> =>
  readStack(stacks, `MalipoPages-${stage}`);

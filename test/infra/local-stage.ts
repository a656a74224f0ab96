/**
 * The stage that the sandbox runs, as it would stand in an account, with its guard: for tests that act in a function's
 * name. What such a test uses counts for the whole run, beside what the sandboxes' functions use.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import * as z from "zod";
import { FUNCTIONS } from "../../lib/functions.ts";
import type { FunctionName } from "../../lib/functions.ts";
import { openAwsDoor } from "../../sandbox/aws/door/aws-door.ts";
import type { LocalService } from "../../sandbox/aws/door/aws-door.ts";
import { createGuard } from "../../sandbox/aws/iam/guard.ts";
import type { Denial, Guard } from "../../sandbox/aws/iam/guard.ts";
import { keepIn, RECORD_VARIABLE } from "../../sandbox/aws/iam/record.ts";
import type { Keep } from "../../sandbox/aws/iam/record.ts";
import type { Assembly } from "../../sandbox/template/assembly.ts";
import { deploy } from "../../sandbox/template/deployment.ts";
import type { Deployment, Resource } from "../../sandbox/template/deployment.ts";
import { stageTemplate } from "./assembled.ts";

const REGION = "af-south-1";

const Written = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      Condition: z.string().optional(),
    }),
  ),
  Parameters: z.record(z.string(), z.object({ Type: z.string(), Default: z.unknown().optional() })).default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }))
    .default({}),
});

/** From memory, because what lies on disk goes with the file that made it. */
const assembled = (): Assembly => ({
  stacks: stageTemplate("local")
    .app.synth()
    .stacks.map(({ stackName, template }) => ({ name: stackName, template: Written.parse(structuredClone(template)) })),
  assetDirectory: () => "",
});

/** The local stage, its streams made, after `change`. */
export const localStage = (
  change: (assembly: Assembly) => void = () => undefined,
  awsUrl = "http://127.0.0.1:1",
): Deployment => {
  const assembly = assembled();
  change(assembly);
  const deployment = deploy(assembly, { region: REGION, accountId: "000000000000", awsUrl });
  for (const table of deployment.ofType("AWS::DynamoDB::Table"))
    table.learn("StreamArn", `${table.attribute("Arn")}/stream/2026-01-01T00:00:00.000`);
  return deployment;
};

/** The one resource whose logical id begins so. */
export const findResource = (deployment: Deployment, type: string, beginning: string): Resource => {
  const found = deployment.ofType(type).find(({ logicalId }) => logicalId.startsWith(beginning));
  if (found === undefined) throw new Error(`there is no ${type} ${beginning}`);
  return found;
};

export const guardOf = (deployment: Deployment, keep: Keep = keepIn(process.env[RECORD_VARIABLE])): Guard =>
  createGuard(deployment, { onDenied: () => undefined, keep });

const Described = z.object({ Description: z.string().optional() });

/** The function's resource: a description is one function's alone. */
export const functionCalled = (deployment: Deployment, name: FunctionName): Resource => {
  const found = deployment
    .ofType("AWS::Lambda::Function")
    .find((fn) => fn.properties(Described).Description === FUNCTIONS[name].purpose);
  if (found === undefined) throw new Error(`there is no function ${name}`);
  return found;
};

/** A row that an index names, and nothing behind it: enough to see what is asked next. */
const rowIn = (table: string) => ({
  pk: { S: table.includes("Directory") ? "storefront#demo" : "pay_00000000000000000000000000" },
  s: { N: "1" },
});

const Queried = z.looseObject({ TableName: z.string().default("") });

/** Answers as tables do that hold next to nothing. */
const emptyTables: LocalService = ({ operation }, body) => {
  const { TableName: table } = Queried.parse(JSON.parse(body));
  const answers: Readonly<Record<string, unknown>> = {
    Query: { Items: [rowIn(table)], Count: 1 },
    BatchGetItem: { Responses: {} },
  };
  return { status: 200, body: answers[operation] ?? {} };
};

export interface Account {
  readonly deployment: Deployment;
  /** What a client is made with that signs as the function. */
  readonly clientOf: (name: FunctionName) => {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  /** Clients that sign as the function. */
  readonly as: (name: FunctionName) => { readonly dynamo: DynamoDBClient; readonly sqs: SQSClient };
  readonly table: (beginning: string) => string;
  readonly queue: (beginning: string) => string;
  readonly denials: () => readonly Denial[];
  readonly close: () => Promise<void>;
}

/** The roles of the local stage behind a door, and nothing behind them that remembers. */
export const openAccount = async (): Promise<Account> => {
  const door = await openAwsDoor();
  const deployment = localStage(undefined, door.url);
  const guard = guardOf(deployment);
  door.guard(guard.permission);
  door.connect("dynamodb", { answer: emptyTables });
  door.connect("secretsmanager", { answer: () => ({ status: 200, body: { SecretString: "{}" } }) });
  door.connect("sqs", { answer: () => ({ status: 200, body: { Successful: [], Failed: [] } }) });
  const clientOf: Account["clientOf"] = (name) => ({
    endpoint: door.url,
    region: REGION,
    credentials: { accessKeyId: functionCalled(deployment, name).logicalId, secretAccessKey: "none" },
    maxAttempts: 1,
  });
  return {
    deployment,
    clientOf,
    as: (name) => ({ dynamo: new DynamoDBClient(clientOf(name)), sqs: new SQSClient(clientOf(name)) }),
    table: (beginning) => findResource(deployment, "AWS::DynamoDB::Table", beginning).ref,
    queue: (beginning) => findResource(deployment, "AWS::SQS::Queue", beginning).ref,
    denials: () => guard.denials(),
    close: () => door.close(),
  };
};

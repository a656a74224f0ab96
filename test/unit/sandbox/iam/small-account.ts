/** A template written by hand, with one function and the things it may be given: small enough to see all of a policy. */
import { createGuard } from "../../../../sandbox/aws/iam/guard.ts";
import type { Guard } from "../../../../sandbox/aws/iam/guard.ts";
import type { Line } from "../../../../sandbox/aws/iam/record.ts";
import { summarise } from "../../../../sandbox/aws/iam/summary.ts";
import type { Summary } from "../../../../sandbox/aws/iam/summary.ts";
import type { Service } from "../../../../sandbox/aws/door/call.ts";
import { deploy } from "../../../../sandbox/template/deployment.ts";
import type { Deployment } from "../../../../sandbox/template/deployment.ts";

const REGION = "af-south-1";
export const ACCOUNT = "000000000000";

export interface WrittenStatement {
  readonly Effect?: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

export const arnOf = (id: string): unknown => ({ "Fn::GetAtt": [id, "Arn"] });
export const arn = (service: string, rest: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
export const tableArn = (rest = ""): string => arn("dynamodb", `table/Ledger${rest}`);

/** What key policies say when nobody has said anything: the account's own policies decide. */
const ACCOUNT_DECIDES = {
  Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "kms:*", Resource: "*" }],
};

const key = (name: string, type: "HASH" | "RANGE") => ({ AttributeName: name, KeyType: type });

/** `Work`'s role says what it is given; everything is sealed under `Key` where `sealed` says so. */
export const smallAccount = (
  statements: readonly WrittenStatement[],
  { sealed = false, keyPolicy = ACCOUNT_DECIDES, more = {} }: SmallOptions = {},
): Deployment => {
  const under = (properties: Readonly<Record<string, unknown>>) => (sealed ? properties : {});
  const Resources = {
    Key: { Type: "AWS::KMS::Key", Properties: { KeyPolicy: keyPolicy } },
    Ledger: {
      Type: "AWS::DynamoDB::Table",
      Properties: {
        TableName: "Ledger",
        KeySchema: [key("pk", "HASH")],
        GlobalSecondaryIndexes: [{ IndexName: "due", KeySchema: [key("d", "HASH"), key("u", "RANGE")] }],
        ...under({ SSESpecification: { KMSMasterKeyId: arnOf("Key") } }),
      },
    },
    Jobs: { Type: "AWS::SQS::Queue", Properties: { QueueName: "Jobs", ...under({ KmsMasterKeyId: arnOf("Key") }) } },
    Files: {
      Type: "AWS::S3::Bucket",
      Properties: {
        BucketName: "files",
        ...under({
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [
              { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { KMSMasterKeyID: arnOf("Key") } },
            ],
          },
        }),
      },
    },
    Pepper: {
      Type: "AWS::SecretsManager::Secret",
      Properties: { Name: "Pepper", ...under({ KmsKeyId: arnOf("Key") }) },
    },
    Role: { Type: "AWS::IAM::Role", Properties: { RoleName: "Role" } },
    Policy: {
      Type: "AWS::IAM::ManagedPolicy",
      Properties: {
        Roles: [{ Ref: "Role" }],
        PolicyDocument: { Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })) },
      },
    },
    Work: { Type: "AWS::Lambda::Function", Properties: { Role: arnOf("Role") } },
    ...more,
  };
  const parts = { Parameters: {}, Conditions: {}, Mappings: {}, Outputs: {} };
  return deploy(
    { stacks: [{ name: "Small", template: { Resources, ...parts } }], assetDirectory: () => "" },
    { region: REGION, accountId: ACCOUNT, awsUrl: "http://127.0.0.1:1" },
  );
};

export interface SmallOptions {
  readonly sealed?: boolean;
  readonly keyPolicy?: unknown;
  readonly more?: Readonly<Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>>;
}

export interface Watched {
  readonly guard: Guard;
  /** What `Work` is told when it makes a call; null when it may. */
  readonly call: (service: Service, operation: string, asked?: CallOptions) => string | null;
  /** What all calls so far showed. */
  readonly summary: () => Summary;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly caller?: string;
}

export const watch = (deployment: Deployment): Watched => {
  const lines: Line[] = [];
  const guard = createGuard(deployment, {
    onDenied: () => undefined,
    keep: (...kept) => void lines.push(...kept),
  });
  return {
    guard,
    call: (service, operation, { body = {}, url = "/", headers = {}, caller = "Work" } = {}) =>
      guard.permission({ call: { caller, service, operation }, url, headers, body: JSON.stringify(body) }),
    summary: () => summarise(lines),
  };
};

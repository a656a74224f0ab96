/**
 * What a function may do to data, action by action. No wildcard in an action or in a resource: a function that reads
 * can't write, and none can delete a transaction.
 */
import { Aws } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { IRole } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";

/**
 * Each way of using a table. A transactional write needs the permission of each write in it. `ledger` and `shared` lack
 * deletion on purpose: a transaction, once written, stays, and what processes share is overwritten or expires.
 */
const TABLE_ACTIONS = {
  lookup: ["dynamodb:GetItem"],
  read: ["dynamodb:GetItem", "dynamodb:BatchGetItem"],
  ledger: ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
  shared: ["dynamodb:GetItem", "dynamodb:UpdateItem"],
  cache: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
} as const;
export type TableUse = keyof typeof TABLE_ACTIONS;

/** What DynamoDB asks of the key in the caller's name when it opens, and when it changes, a sealed table. */
const OPEN_TABLE = ["kms:Decrypt", "kms:DescribeKey"];
const CHANGE_TABLE = [
  ...OPEN_TABLE,
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];

/** The use of the key through one service only; nobody who stole a function's role can use it directly. */
export const keyThrough = (options: {
  readonly key: IKey;
  readonly service: "dynamodb" | "secretsmanager" | "sqs";
  readonly actions: string[];
}): PolicyStatement =>
  new PolicyStatement({
    actions: options.actions,
    resources: [options.key.keyArn],
    conditions: {
      StringEquals: { "kms:ViaService": `${options.service}.${Aws.REGION}.amazonaws.com` },
    },
  });

export const grantTable = (
  role: IRole,
  table: Table,
  use: { readonly how: TableUse; readonly indexes: readonly string[]; readonly key: IKey },
): void => {
  role.addToPrincipalPolicy(new PolicyStatement({ actions: [...TABLE_ACTIONS[use.how]], resources: [table.tableArn] }));
  if (use.indexes.length > 0) {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ["dynamodb:Query"],
        resources: use.indexes.map((index) => `${table.tableArn}/index/${index}`),
      }),
    );
  }
  const actions = use.how === "read" || use.how === "lookup" ? OPEN_TABLE : CHANGE_TABLE;
  role.addToPrincipalPolicy(keyThrough({ key: use.key, service: "dynamodb", actions }));
};

export const grantSecret = (role: IRole, secret: Secret, key: IKey): void => {
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [secret.secretArn] }),
  );
  role.addToPrincipalPolicy(keyThrough({ key, service: "secretsmanager", actions: ["kms:Decrypt"] }));
};

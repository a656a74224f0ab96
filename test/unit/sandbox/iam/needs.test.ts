/** What a call needs, as the service itself would ask IAM. */
import { describe, expect, test } from "vitest";

import type { Service } from "../../../../sandbox/aws/door/call.ts";
import { readNeeds } from "../../../../sandbox/aws/iam/needs.ts";
import { arn, smallAccount, tableArn } from "./small-account.ts";

const account = smallAccount([]);
const needs = readNeeds(account);
const of = ([service, operation]: readonly [Service, string], asked: { body?: unknown; url?: string }): string[] => {
  const { body = {}, url = "/" } = asked;
  const call = { caller: "Any", service, operation };
  return needs
    .ofCall({ call, url, headers: {}, body: JSON.stringify(body) })
    .map(({ action, resource }) => `${action} ${resource}`);
};
const other = arn("dynamodb", "table/Other");

describe("what a call needs", () => {
  test.each([
    ["GetItem", { TableName: "Ledger" }, [`dynamodb:GetItem ${tableArn()}`]],
    ["Query", { TableName: "Ledger", IndexName: "due" }, [`dynamodb:Query ${tableArn("/index/due")}`]],
    ["Query", { TableName: "Ledger" }, [`dynamodb:Query ${tableArn()}`]],
    [
      "BatchWriteItem",
      { RequestItems: { Ledger: [], Other: [] } },
      [`dynamodb:BatchWriteItem ${tableArn()}`, `dynamodb:BatchWriteItem ${other}`],
    ],
    [
      "TransactWriteItems",
      { TransactItems: [{ Put: { TableName: "Ledger" } }, { Update: { TableName: "Other" } }] },
      [`dynamodb:PutItem ${tableArn()}`, `dynamodb:UpdateItem ${other}`],
    ],
    [
      "TransactWriteItems",
      { TransactItems: [{ ConditionCheck: { TableName: "Ledger" } }] },
      [`dynamodb:ConditionCheckItem ${tableArn()}`],
    ],
    ["ListTables", {}, ["dynamodb:ListTables *"]],
  ])("of DynamoDB for %s", (operation, body, expected) => {
    expect(of(["dynamodb", operation], { body })).toEqual(expected);
  });

  test.each([
    ["SendMessageBatch", "sqs:SendMessage"],
    ["ChangeMessageVisibilityBatch", "sqs:ChangeMessageVisibility"],
    ["ReceiveMessage", "sqs:ReceiveMessage"],
  ])("of SQS for %s is what one message does", (operation, action) => {
    expect(of(["sqs", operation], { body: { QueueUrl: "http://x/1/Work" } })).toEqual([
      `${action} ${arn("sqs", "Work")}`,
    ]);
  });

  test.each([
    ["PutObject", "/files/a/b%20c.csv?x=1", "s3:PutObject arn:aws:s3:::files/a/b c.csv"],
    ["HeadObject", "/files/a", "s3:GetObject arn:aws:s3:::files/a"],
    ["UploadPart", "/files/a?uploadId=1", "s3:PutObject arn:aws:s3:::files/a"],
    ["ListObjectsV2", "/files?list-type=2", "s3:ListBucket arn:aws:s3:::files"],
    ["DeleteObject", "/files/a", "s3:DeleteObject arn:aws:s3:::files/a"],
  ])("of S3 for %s", (operation, url, expected) => {
    expect(of(["s3", operation], { url })).toEqual([expected]);
  });

  test("of Secrets Manager is about the secret that the call names, or about all", () => {
    const SecretId = arn("secretsmanager", "secret:S-1");
    expect(of(["secretsmanager", "GetSecretValue"], { body: { SecretId } })).toEqual([
      `secretsmanager:GetSecretValue ${SecretId}`,
    ]);
    expect(of(["secretsmanager", "GetRandomPassword"], {})).toEqual(["secretsmanager:GetRandomPassword *"]);
  });
});

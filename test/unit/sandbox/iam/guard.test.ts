/** What AWS would refuse is refused, with the reason that a person can act on. */
import { describe, expect, test } from "vitest";

import { ACCOUNT, arn, arnOf, smallAccount, tableArn, watch } from "./small-account.ts";
import type { WrittenStatement } from "./small-account.ts";

const ANY_ITEM: WrittenStatement = { Action: ["dynamodb:GetItem", "dynamodb:PutItem"], Resource: arnOf("Ledger") };
const item = (pk: string) => ({ TableName: "Ledger", Key: { pk: { S: pk } } });
const onlyKeys = (...keys: string[]): WrittenStatement => ({
  Action: ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:UpdateItem"],
  Resource: arnOf("Ledger"),
  Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys } },
});

describe("a function's call to a table", () => {
  test("goes through when its role allows it, and is refused by the action's name when not", () => {
    const { call, guard } = watch(smallAccount([ANY_ITEM]));
    expect(call("dynamodb", "GetItem", { body: item("a") })).toBeNull();
    expect(call("dynamodb", "DeleteItem", { body: item("a") })).toBe(
      `The role of Work does not allow dynamodb:DeleteItem on ${tableArn()}.`,
    );
    expect(guard.denials()).toEqual([{ caller: "Work", action: "dynamodb:DeleteItem", resource: tableArn() }]);
  });

  test("is held to the keys that the role names, each of several", () => {
    const { call } = watch(smallAccount([onlyKeys("pay_*", "receipt#*")]));
    const batch = (...keys: string[]) => ({
      body: { RequestItems: { Ledger: { Keys: keys.map((pk) => ({ pk: { S: pk } })) } } },
    });
    expect(call("dynamodb", "GetItem", { body: item("pay_1") })).toBeNull();
    expect(call("dynamodb", "GetItem", { body: item("pyo_1") })).toContain("dynamodb:GetItem");
    expect(call("dynamodb", "BatchGetItem", batch("pay_1", "receipt#R"))).toBeNull();
    expect(call("dynamodb", "BatchGetItem", batch("pay_1", "pyo_1"))).toContain("dynamodb:BatchGetItem");
  });

  test("in a transaction needs each write's own permission, on each write's own key", () => {
    const { call } = watch(smallAccount([onlyKeys("pay_*")]));
    const update = (pk: string) => ({ Update: { TableName: "Ledger", Key: { pk: { S: pk } } } });
    const put = { Put: { TableName: "Ledger", Item: { pk: { S: "pay_1" } } } };
    const write = (...TransactItems: unknown[]) => call("dynamodb", "TransactWriteItems", { body: { TransactItems } });
    expect(write(update("pay_1"), update("pay_2"))).toBeNull();
    expect(write(update("pay_1"), update("pyo_1"))).toContain("dynamodb:UpdateItem");
    expect(write(update("pay_1"), put)).toContain("dynamodb:PutItem");
  });

  test("that asks an index needs the index by its name, and its key is the index's own", () => {
    const due = { Action: "dynamodb:Query", Resource: { "Fn::Join": ["", [arnOf("Ledger"), "/index/due"]] } };
    const condition = { Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["due#*"] } } };
    const { call } = watch(smallAccount([{ ...due, ...condition }]));
    const query = (IndexName: string, d: string) => ({
      body: {
        TableName: "Ledger",
        IndexName,
        KeyConditionExpression: "#d = :shard AND u <= :now",
        ExpressionAttributeNames: { "#d": "d" },
        ExpressionAttributeValues: { ":shard": { S: d }, ":now": { N: "1" } },
      },
    });
    expect(call("dynamodb", "Query", query("due", "due#1"))).toBeNull();
    expect(call("dynamodb", "Query", query("due", "live#1"))).toContain("dynamodb:Query");
    expect(call("dynamodb", "Query", query("by_time", "due#1"))).toContain(tableArn("/index/by_time"));
  });
});

describe("what is sealed under a key", () => {
  const viaService = (service: string, context: Record<string, unknown>): WrittenStatement => ({
    Action: "kms:Decrypt",
    Resource: arnOf("Key"),
    Condition: { StringEquals: { "kms:ViaService": `${service}.af-south-1.amazonaws.com`, ...context } },
  });
  const read: WrittenStatement = { Action: "secretsmanager:GetSecretValue", Resource: { Ref: "Pepper" } };
  const SecretId = arn("secretsmanager", "secret:Pepper-");
  const secretOf = (account: ReturnType<typeof smallAccount>): string =>
    account.ofType("AWS::SecretsManager::Secret")[0]?.ref ?? "";

  test("opens to nobody whose role may not use the key for it", () => {
    const account = smallAccount([read], { sealed: true });
    const { call } = watch(account);
    expect(secretOf(account)).toContain(SecretId);
    expect(call("secretsmanager", "GetSecretValue", { body: { SecretId: secretOf(account) } })).toMatch(
      /does not allow kms:Decrypt on arn:aws:kms/,
    );
  });

  test.each([
    ["through the service itself", viaService("secretsmanager", {}), null],
    ["through another service alone", viaService("dynamodb", {}), "kms:Decrypt"],
    ["for this secret", viaService("secretsmanager", { "kms:EncryptionContext:SecretARN": { Ref: "Pepper" } }), null],
    ["for another secret", viaService("secretsmanager", { "kms:EncryptionContext:SecretARN": "other" }), "kms:Decrypt"],
  ])("opens with the key's use %s, as the policy says", (_, statement, refused) => {
    const account = smallAccount([read, statement], { sealed: true });
    const said = watch(account).call("secretsmanager", "GetSecretValue", { body: { SecretId: secretOf(account) } });
    if (refused === null) expect(said).toBeNull();
    else expect(said).toContain(refused);
  });

  test.each([
    [
      "dynamodb",
      "PutItem",
      { body: { TableName: "Ledger", Item: {} } },
      [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ],
    ],
    ["dynamodb", "GetItem", { body: { TableName: "Ledger", Key: {} } }, ["kms:Decrypt", "kms:DescribeKey"]],
    ["sqs", "SendMessage", { body: { QueueUrl: "http://x/1/Jobs" } }, ["kms:Decrypt", "kms:GenerateDataKey"]],
    ["sqs", "ReceiveMessage", { body: { QueueUrl: "http://x/1/Jobs" } }, ["kms:Decrypt"]],
    ["sqs", "DeleteMessage", { body: { QueueUrl: "http://x/1/Jobs" } }, []],
    ["s3", "PutObject", { url: "/files/a" }, ["kms:Decrypt", "kms:GenerateDataKey"]],
    ["s3", "GetObject", { url: "/files/a" }, ["kms:Decrypt"]],
  ] as const)("asks the key for %s %s what the service asks it", (...[service, operation, asked, needed]) => {
    const everything = { Action: ["dynamodb:*", "sqs:*", "s3:*"], Resource: "*" };
    const onKey = (actions: readonly string[]): WrittenStatement[] =>
      actions.length === 0 ? [] : [{ Action: actions, Resource: arnOf("Key") }];
    const said = (actions: readonly string[]) =>
      watch(smallAccount([everything, ...onKey(actions)], { sealed: true })).call(service, operation, asked);
    expect(said(needed)).toBeNull();
    for (const left of needed) expect(said(needed.filter((action) => action !== left))).toContain(left);
  });

  test("stays shut when the key's own policy leaves nothing to the account", () => {
    const keyPolicy = {
      Statement: [
        { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/Other` }, Action: "kms:*", Resource: "*" },
      ],
    };
    const account = smallAccount([read, { Action: "kms:Decrypt", Resource: arnOf("Key") }], {
      sealed: true,
      keyPolicy,
    });
    const asked = { body: { SecretId: secretOf(account) } };
    expect(watch(account).call("secretsmanager", "GetSecretValue", asked)).toContain("kms:Decrypt");
  });
});

describe("what a thing says itself", () => {
  const denies = (statement: Readonly<Record<string, unknown>>) => ({
    BucketPolicy: {
      Type: "AWS::S3::BucketPolicy",
      Properties: {
        Bucket: { Ref: "Files" },
        PolicyDocument: { Statement: [{ Effect: "Deny", Principal: "*", ...statement }] },
      },
    },
  });
  const put: WrittenStatement = { Action: "s3:PutObject", Resource: "arn:aws:s3:::files/open/*" };

  test("wins over the role: what a bucket takes once alone is not written over", () => {
    const once = {
      Action: "s3:PutObject",
      Resource: "arn:aws:s3:::files/*",
      Condition: { Null: { "s3:if-none-match": "true" } },
    };
    const { call } = watch(smallAccount([put], { more: denies(once) }));
    expect(call("s3", "PutObject", { url: "/files/open/a", headers: { "if-none-match": "*" } })).toBeNull();
    expect(call("s3", "PutObject", { url: "/files/open/a" })).toContain("s3:PutObject");
    expect(call("s3", "PutObject", { url: "/files/shut/a", headers: { "if-none-match": "*" } })).toContain(
      "files/shut/a",
    );
  });

  test("is asked about each file when it speaks of some of them", () => {
    const some = { Action: "s3:PutObject", Resource: "arn:aws:s3:::files/open/closed" };
    const { call } = watch(smallAccount([put], { more: denies(some) }));
    expect(call("s3", "PutObject", { url: "/files/open/a" })).toBeNull();
    expect(call("s3", "PutObject", { url: "/files/open/closed" })).toContain("files/open/closed");
  });
});

test("a listing is held to its prefix", () => {
  const list = {
    Action: "s3:ListBucket",
    Resource: "arn:aws:s3:::files",
    Condition: { StringLike: { "s3:prefix": "entries/*" } },
  };
  const { call } = watch(smallAccount([list]));
  expect(call("s3", "ListObjectsV2", { url: "/files?list-type=2&prefix=entries%2F2026" })).toBeNull();
  expect(call("s3", "ListObjectsV2", { url: "/files?list-type=2&prefix=roots%2F" })).toContain("s3:ListBucket");
  expect(call("s3", "ListObjectsV2", { url: "/files?list-type=2" })).toContain("s3:ListBucket");
});

test("an explicit Deny in the role wins over what it allows", () => {
  const { call } = watch(smallAccount([ANY_ITEM, { ...onlyKeys("secret#*"), Effect: "Deny" }]));
  expect(call("dynamodb", "GetItem", { body: item("pay_1") })).toBeNull();
  expect(call("dynamodb", "GetItem", { body: item("secret#1") })).toContain("dynamodb:GetItem");
});

test("a condition that the sandbox tells no policy stops the start instead of being guessed", () => {
  const condition = { Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } };
  expect(() => watch(smallAccount([{ ...ANY_ITEM, ...condition }]))).toThrow(
    /The role of Work has a condition on aws:SourceIp.*needs\.ts/,
  );
});

test("who is no function may do anything; a queue's poller and a signed address may do what their function may", () => {
  const { call, guard } = watch(smallAccount([ANY_ITEM]));
  expect(call("dynamodb", "DeleteItem", { body: item("a"), caller: "a-test-of-ours" })).toBeNull();
  for (const caller of ["poller-of-Work", "presigned-by-Work"])
    expect(call("dynamodb", "DeleteItem", { body: item("a"), caller })).toContain("The role of Work");
  expect(guard.denials()).toHaveLength(1);
});

test("what the service does in a function's name is asked of its role too", () => {
  const { guard } = watch(smallAccount([{ Action: "sqs:SendMessage", Resource: arnOf("Jobs") }]));
  expect(guard.inNameOf("Work", { action: "sqs:SendMessage", resource: arn("sqs", "Jobs") })).toBeNull();
  expect(guard.inNameOf("Work", { action: "sqs:SendMessage", resource: arn("sqs", "Lost") })).toContain("Lost");
  expect(guard.inNameOf("Somebody", { action: "sqs:SendMessage", resource: arn("sqs", "Lost") })).toBeNull();
});

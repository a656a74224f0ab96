import { DeleteItemCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { Duration } from "aws-cdk-lib";
import { AttributeType, BillingMode, StreamViewType, Table } from "aws-cdk-lib/aws-dynamodb";
import type { ITable } from "aws-cdk-lib/aws-dynamodb";
import { FilterCriteria, FilterRule, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { DynamoEventSource, SqsDlq } from "aws-cdk-lib/aws-lambda-event-sources";
import type { DynamoEventSourceProps } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";

import { runApp } from "./run-app.ts";
import type { RunningApp } from "./run-app.ts";

/** Tells the keys it got; fails each key as often as the key says: "poison-2" fails twice, "poison" always. */
const WORKER = `
const failed = new Map();
const fails = (pk) => {
  if (!pk.startsWith("poison")) return false;
  const times = (failed.get(pk) ?? 0) + 1;
  failed.set(pk, times);
  return times <= Number(pk.split("-")[1] ?? 1000);
};
export const handler = async ({ Records }) => {
  const keys = Records.map(({ dynamodb }) => dynamodb.Keys.pk.S);
  console.log(JSON.stringify({ keys, record: Records[0] }));
  const first = Records.find(({ dynamodb }) => fails(dynamodb.Keys.pk.S));
  if (first === undefined) return;
  if (process.env.THROWS) throw new Error("not today");
  return { batchItemFailures: [{ itemIdentifier: first.dynamodb.SequenceNumber }] };
};`;

type Told = { keys: string[]; record: Record<string, unknown> };

let app: RunningApp;
let client: DynamoDBClient;

const MAPPED: Record<string, { props?: Partial<DynamoEventSourceProps>; environment?: Record<string, string> }> = {
  Plain: {},
  Reporting: { props: { reportBatchItemFailures: true, retryAttempts: 3, maxBatchingWindow: Duration.seconds(1) } },
  Halving: {
    props: { bisectBatchOnError: true, retryAttempts: 0, maxBatchingWindow: Duration.seconds(1) },
    environment: { THROWS: "yes" },
  },
  Picky: { props: { filters: [FilterCriteria.filter({ eventName: FilterRule.isEqual("REMOVE") })] } },
};

beforeAll(async () => {
  app = await runApp((stack, lambda) => {
    const lost = new Queue(stack, "Lost");
    for (const [name, { props = {}, environment = {} }] of Object.entries(MAPPED)) {
      const table = new Table(stack, `${name}Table`, {
        partitionKey: { name: "pk", type: AttributeType.STRING },
        billingMode: BillingMode.PAY_PER_REQUEST,
        stream: StreamViewType.NEW_AND_OLD_IMAGES,
      });
      const source = { startingPosition: StartingPosition.LATEST, onFailure: new SqsDlq(lost), ...props };
      lambda(name, WORKER, { environment }).addEventSource(new DynamoEventSource(table as ITable, source));
    }
  }, inject("dynamoDbUrl"));
  client = new DynamoDBClient({
    endpoint: app.door.url,
    region: "af-south-1",
    credentials: { accessKeyId: "test", secretAccessKey: "x" },
  });
});
afterAll(async () => {
  client.destroy();
  await app.close();
});

const tableOf = (name: string): string =>
  app.deployment.ofType("AWS::DynamoDB::Table").find(({ logicalId }) => logicalId.startsWith(name))!.ref;
const item = (pk: string) => ({ pk: { S: pk }, amount: { N: "1500" }, seal: { B: Buffer.from("hi") } });
const put = (name: string, pk: string) => client.send(new PutItemCommand({ TableName: tableOf(name), Item: item(pk) }));
/** One after the other, in less time than the mapping's window: the function finds them in one batch. */
const putTogether = async (name: string, ...keys: string[]): Promise<void> => {
  for (const pk of keys) await put(name, pk);
};
const told = (name: string): Told[] => app.told(name) as Told[];
const deliveries = (name: string, pk: string): number => told(name).filter(({ keys }) => keys.includes(pk)).length;
const soon = (check: () => void | Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 50 });

describe("a stream's mapping", () => {
  test("hands a function the records as Lambda does", async () => {
    await put("Plain", "shape");
    await soon(() => expect(deliveries("Plain", "shape")).toBe(1));
    expect(told("Plain").find(({ keys }) => keys[0] === "shape")?.record).toEqual({
      eventID: expect.any(String),
      eventName: "INSERT",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: "af-south-1",
      eventSourceARN: expect.stringContaining(`table/${tableOf("Plain")}/stream/`),
      dynamodb: {
        ApproximateCreationDateTime: expect.any(Number),
        Keys: { pk: { S: "shape" } },
        NewImage: { pk: { S: "shape" }, amount: { N: "1500" }, seal: { B: "aGk=" } },
        SequenceNumber: expect.stringMatching(/^\d+$/),
        SizeBytes: expect.any(Number),
        StreamViewType: "NEW_AND_OLD_IMAGES",
      },
    });
  });

  test("goes on from the record that the function reports, and in order", async () => {
    await putTogether("Reporting", "before", "poison-2", "after");
    await soon(() => expect(deliveries("Reporting", "after")).toBe(3));
    const seen = told("Reporting").filter(({ keys }) => keys.includes("poison-2"));
    expect(seen.map(({ keys }) => keys)).toEqual([
      ["before", "poison-2", "after"],
      ["poison-2", "after"],
      ["poison-2", "after"],
    ]);
  });

  test("gives up after its retries, tells the failure queue which records, and goes on", async () => {
    await put("Reporting", "poison");
    await soon(() => expect(deliveries("Reporting", "poison")).toBe(4));
    await put("Reporting", "later");
    await soon(() => expect(deliveries("Reporting", "later")).toBe(1));
    const queue = app.deployment.ofType("AWS::SQS::Queue")[0]!.attribute("Arn");
    const { record } = told("Reporting").find(({ keys }) => keys[0] === "poison")!;
    const { SequenceNumber } = record["dynamodb"] as { SequenceNumber: string };
    const failures = (await app.queues!.peek(queue)).map((body) => JSON.parse(body) as unknown);
    expect(failures).toContainEqual({
      version: "1.0",
      timestamp: expect.any(String),
      requestContext: {
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        functionArn: app.functions.find("Reporting").arn,
        condition: "RetryAttemptsExhausted",
        approximateInvokeCount: 4,
      },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      DDBStreamBatchInfo: {
        shardId: expect.stringMatching(/^shardId-/),
        startSequenceNumber: SequenceNumber,
        endSequenceNumber: SequenceNumber,
        approximateArrivalOfFirstRecord: expect.any(String),
        approximateArrivalOfLastRecord: expect.any(String),
        batchSize: 1,
        streamArn: record["eventSourceARN"],
      },
    });
    expect(JSON.stringify(failures)).not.toContain("poison");
  });

  test("halves a batch that fails until the record that fails is alone", async () => {
    await putTogether("Halving", "one", "two", "three", "poison", "five");
    await soon(() => expect(deliveries("Halving", "five")).toBe(3));
    expect(told("Halving").map(({ keys }) => keys)).toEqual([
      ["one", "two", "three", "poison", "five"],
      ["one", "two", "three"],
      ["poison", "five"],
      ["poison"],
      ["five"],
    ]);
    expect(app.troubles).toContainEqual(expect.stringContaining("1 stream records are given up"));
  });

  test("hands on only what its filter lets through", async () => {
    await put("Picky", "gone");
    await client.send(new DeleteItemCommand({ TableName: tableOf("Picky"), Key: { pk: { S: "gone" } } }));
    await soon(() => expect(deliveries("Picky", "gone")).toBe(1));
    expect(told("Picky")[0]?.record).toMatchObject({ eventName: "REMOVE" });
  });

  test("reads a stream without a call that an account would see", async () => {
    await put("Plain", "counted");
    await soon(() => expect(deliveries("Plain", "counted")).toBe(1));
    expect(app.door.calls.total({ operation: "GetRecords" })).toBe(0);
  });
});

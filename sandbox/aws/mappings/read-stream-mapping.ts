/** A stream's event source mapping, from the template: refused where the service would refuse it. */
import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod";

import type { Resource } from "../../template/deployment.ts";
import { compileFilters, FilterCriteria } from "./event-pattern.ts";
import type { MappingContext } from "./mapping-context.ts";
import type { Mapping } from "./queue-mapping.ts";
import { deliverBatch } from "./stream-batch.ts";
import type { GivenUp } from "./stream-batch.ts";
import { startStreamMapping } from "./stream-mapping.ts";
import { createStreamReader, lambdaRecord } from "./stream-reader.ts";

const FOREVER = -1;

/** Strict, so that a setting which is not run here is named and not ignored. */
const Properties = z.strictObject({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  StartingPosition: z.enum(["TRIM_HORIZON", "LATEST"]),
  BatchSize: z.int().min(1).max(10_000).default(100),
  MaximumBatchingWindowInSeconds: z.int().min(0).max(300).default(0),
  ParallelizationFactor: z.int().min(1).max(10).default(1),
  BisectBatchOnFunctionError: z.boolean().default(false),
  MaximumRetryAttempts: z.int().min(FOREVER).max(10_000).default(FOREVER),
  MaximumRecordAgeInSeconds: z.union([z.literal(FOREVER), z.int().min(60).max(604_800)]).default(FOREVER),
  FunctionResponseTypes: z.array(z.literal("ReportBatchItemFailures")).default([]),
  DestinationConfig: z
    .strictObject({ OnFailure: z.strictObject({ Destination: z.string().startsWith("arn:aws:sqs:") }).optional() })
    .optional(),
  FilterCriteria: FilterCriteria.optional(),
  Enabled: z.boolean().default(true),
  Tags: z.unknown().optional(),
});

/** The service asks four times a second. */
const IDLE_MS = 250;
/** The service's waits grow to minutes; here a developer sees the end of it. */
const LONGEST_BACK_OFF_MS = 5_000;
const FIRST_BACK_OFF_MS = 100;

/** Null when the mapping is not enabled. Throws when the service would refuse it. */
export const readStreamMapping = async (resource: Resource, context: MappingContext): Promise<Mapping | null> => {
  const properties = resource.properties(Properties);
  const { EventSourceArn: streamArn, BatchSize, MaximumBatchingWindowInSeconds, MaximumRetryAttempts } = properties;
  const owner = context.resourceOf("AWS::Lambda::Function", properties.FunctionName, resource);
  if (!properties.Enabled) return null;
  const { place, checkpoints } = context;
  const onTrouble = (sentence: string): void => context.onTrouble(owner.ref, `${resource.logicalId}: ${sentence}`);
  const destination = properties.DestinationConfig?.OnFailure?.Destination;
  const batch = {
    fn: context.functions.find(owner.logicalId),
    toLambda: (record: Parameters<typeof lambdaRecord>[0]) => lambdaRecord(record, { streamArn, region: place.region }),
    reportsFailures: properties.FunctionResponseTypes.length > 0,
    bisects: properties.BisectBatchOnFunctionError,
    maxRetries: MaximumRetryAttempts === FOREVER ? Infinity : MaximumRetryAttempts,
    maxAgeMs: properties.MaximumRecordAgeInSeconds === FOREVER ? Infinity : properties.MaximumRecordAgeInSeconds * 1000,
    now: Date.now,
    backOff: (retries: number) => pause(Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** retries)),
    onTrouble,
    onAge: (ms: number) => context.onIteratorAge?.(owner.ref, ms),
  };
  const giveUp = async (given: GivenUp, shardId: string): Promise<void> => {
    onTrouble(`${given.records.length} stream records are given up: ${given.condition}.`);
    if (destination === undefined) return;
    const body = failureRecord(given, { shardId, streamArn, functionArn: batch.fn.arn });
    await context.sendInNameOf(owner.logicalId, destination, body);
  };
  const mayRead = (operation: string): void => {
    const denied = context.mayInNameOf(owner.logicalId, { action: `dynamodb:${operation}`, resource: streamArn });
    if (denied !== null) throw new Error(denied);
  };
  mayRead("ListStreams"); // asked when the mapping is made, and never again
  return startStreamMapping({
    reader: createStreamReader(context.dynamoDbUrl, { streamArn, mayRead }),
    startingPosition: properties.StartingPosition,
    batchSize: BatchSize,
    windowMs: MaximumBatchingWindowInSeconds * 1000,
    lanes: properties.ParallelizationFactor,
    matches: compileFilters(properties.FilterCriteria),
    deliver: (records, { shardId, mayGoOn }) =>
      deliverBatch(records, { ...batch, mayGoOn, onGivenUp: (given) => giveUp(given, shardId) }),
    lastHandled: (shardId) => checkpoints.get(resource.logicalId, shardId),
    onHandled: (shardId, sequenceNumber) => checkpoints.put(resource.logicalId, shardId, sequenceNumber),
    now: Date.now,
    idle: () => pause(IDLE_MS),
    onTrouble,
  });
};

const pause = (ms: number): Promise<void> => wait(ms, undefined, { ref: false });

type Where = { readonly shardId: string; readonly streamArn: string; readonly functionArn: string };

/** What a failure destination receives: where the records are, not what is in them. The shape is the service's. */
const failureRecord = (given: GivenUp, { functionArn, ...stream }: Where): string => {
  const arrival = (at: number): string | undefined => {
    const record = given.records.at(at);
    return record && new Date(record.dynamodb.ApproximateCreationDateTime * 1000).toISOString();
  };
  return JSON.stringify({
    requestContext: {
      requestId: given.requestId,
      functionArn,
      condition: given.condition,
      approximateInvokeCount: given.invocations,
    },
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    version: "1.0",
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      ...stream,
      startSequenceNumber: given.records[0]?.dynamodb.SequenceNumber,
      endSequenceNumber: given.records.at(-1)?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(0),
      approximateArrivalOfLastRecord: arrival(-1),
      batchSize: given.records.length,
    },
  });
};

/**
 * Reads a table's stream as the Lambda service does: shards, iterators, pages of records. It speaks the streams' JSON
 * protocol to the engine itself, past the AWS door: an account neither sees nor pays what Lambda reads from a stream, so
 * it is not counted.
 */
import * as z from "zod";

const Values = z.record(z.string(), z.unknown());
const StreamRecord = z.object({
  eventID: z.string(),
  eventName: z.enum(["INSERT", "MODIFY", "REMOVE"]),
  eventVersion: z.string(),
  dynamodb: z.looseObject({
    ApproximateCreationDateTime: z.number(),
    Keys: Values,
    SequenceNumber: z.string(),
  }),
  userIdentity: z.object({ PrincipalId: z.string(), Type: z.string() }).optional(),
});

const Described = z.object({
  StreamDescription: z.object({
    Shards: z.array(z.object({ ShardId: z.string(), ParentShardId: z.string().optional() })).default([]),
    LastEvaluatedShardId: z.string().optional(),
  }),
});
const Iterator = z.object({ ShardIterator: z.string() });
const Page = z.object({ Records: z.array(StreamRecord).default([]), NextShardIterator: z.string().optional() });

export type StreamRecord = z.infer<typeof StreamRecord>;
export type Shard = { readonly id: string; readonly parentId: string | null };
/** Where reading begins: at the oldest record, after what is written by now, or after a record. */
export type Position = "TRIM_HORIZON" | "LATEST" | { readonly after: string };

export type StreamReader = {
  shards(): Promise<Shard[]>;
  iterator(shardId: string, position: Position): Promise<string>;
  /** `next` is null once the shard has ended. */
  read(iterator: string, limit: number): Promise<{ records: StreamRecord[]; next: string | null }>;
};

const MAX_SHARD_PAGES = 100;
const ANSWERS_WITHIN_MS = 30_000;

export type ReadStream = {
  readonly streamArn: string;
  /** Throws when the function's role does not allow the operation: the service reads in its name. */
  readonly mayRead: (operation: string) => void;
};

/** `url` is the engine's own address. Calls reject with the engine's words. */
export const createStreamReader = (url: string, { streamArn, mayRead }: ReadStream): StreamReader => {
  const ask = async <T>(schema: z.ZodType<T>, operation: string, input: unknown): Promise<T> => {
    mayRead(operation);
    const response = await fetch(url, {
      method: "POST",
      headers: { ...HEADERS, "x-amz-target": `DynamoDBStreams_20120810.${operation}` },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${operation} was refused with ${response.status}: ${text.slice(0, 300)}`);
    return schema.parse(JSON.parse(text));
  };
  return {
    async shards() {
      const shards: Shard[] = [];
      let from: string | undefined;
      for (let page = 0; page < MAX_SHARD_PAGES && (page === 0 || from !== undefined); page += 1) {
        const input = { StreamArn: streamArn, ExclusiveStartShardId: from };
        const { StreamDescription: stream } = await ask(Described, "DescribeStream", input);
        for (const { ShardId, ParentShardId = null } of stream.Shards)
          shards.push({ id: ShardId, parentId: ParentShardId });
        from = stream.LastEvaluatedShardId;
      }
      return shards;
    },
    async iterator(shardId, position) {
      const shard = { StreamArn: streamArn, ShardId: shardId };
      const open = async (start: Record<string, string>): Promise<string> =>
        (await ask(Iterator, "GetShardIterator", { ...shard, ...start })).ShardIterator;
      if (typeof position === "string") return open({ ShardIteratorType: position });
      const after = { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: position.after };
      return open(after).catch((error: unknown) => {
        if (!isTrimmed(error)) throw error;
        return open({ ShardIteratorType: "TRIM_HORIZON" });
      });
    },
    async read(iterator, limit) {
      const page = await ask(Page, "GetRecords", { ShardIterator: iterator, Limit: limit });
      return { records: page.Records, next: page.NextShardIterator ?? null };
    },
  };
};

/** A stream keeps a day; what comes after an older record begins with the oldest that is left. */
const isTrimmed = (error: unknown): boolean =>
  error instanceof Error && error.message.includes("TrimmedDataAccessException");

/** The engine wants a signature and does not check it. */
const HEADERS = {
  "content-type": "application/x-amz-json-1.0",
  authorization:
    "AWS4-HMAC-SHA256 Credential=sandbox/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
};

/** A stream's record as Lambda hands it to a function. */
export const lambdaRecord = (
  { userIdentity, ...record }: StreamRecord,
  { streamArn, region }: { streamArn: string; region: string },
): Record<string, unknown> => ({
  ...record,
  eventSource: "aws:dynamodb",
  awsRegion: region,
  eventSourceARN: streamArn,
  ...(userIdentity === undefined
    ? {}
    : { userIdentity: { principalId: userIdentity.PrincipalId, type: userIdentity.Type } }),
});

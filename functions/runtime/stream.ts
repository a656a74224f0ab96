/**
 * A Lambda on a table's stream: each write with the item before and after it, in order for each item. What must stay true:
 * a fault gives the whole batch back; what was handled may come again, in other company.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Context, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import * as z from "zod";

type Image = Readonly<Record<string, AttributeValue>>;

export interface StreamedWrite {
  /** Grows with each write of an item. Decimal, of any length. */
  readonly sequence: string;
  readonly before: Image | null;
  readonly after: Image | null;
}

const Bytes = z.base64().transform((text) => new Uint8Array(Buffer.from(text, "base64")));

/** An attribute as Lambda hands it over, bytes in base64, to what the client gives. */
const Attribute: z.ZodType<AttributeValue> = z.lazy(() =>
  z.union([
    z.strictObject({ S: z.string() }),
    z.strictObject({ N: z.string() }),
    z.strictObject({ B: Bytes }),
    z.strictObject({ BOOL: z.boolean() }),
    z.strictObject({ NULL: z.literal(true) }),
    z.strictObject({ L: z.array(Attribute) }),
    z.strictObject({ M: z.record(z.string(), Attribute) }),
    z.strictObject({ SS: z.array(z.string()) }),
    z.strictObject({ NS: z.array(z.string()) }),
    z.strictObject({ BS: z.array(Bytes) }),
  ]),
);
const Image = z.record(z.string(), Attribute);

const writeOf = ({ dynamodb }: DynamoDBRecord): StreamedWrite => ({
  sequence: z
    .string()
    .regex(/^\d{1,40}$/)
    .parse(dynamodb?.SequenceNumber),
  before: dynamodb?.OldImage ? Image.parse(dynamodb.OldImage) : null,
  after: dynamodb?.NewImage ? Image.parse(dynamodb.NewImage) : null,
});

export const onStream =
  (begin: (context: Context) => void) =>
  (run: (writes: readonly StreamedWrite[]) => Promise<void>) =>
  async (event: DynamoDBStreamEvent, context: Context): Promise<void> => {
    begin(context);
    await run(event.Records.map(writeOf));
  };

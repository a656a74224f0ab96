/** When the shared Daraja token ends, without the token. */
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { readNumber, text } from "./attributes.ts";
import type { CoordinationDeps } from "./coordination.ts";

/** Epoch milliseconds; null when nobody has fetched a token yet. `name` as for `createSharedToken`. */
export const createTokenEnd =
  ({ dynamo, table }: Pick<CoordinationDeps, "dynamo" | "table">, name: string) =>
  async (): Promise<number | null> => {
    const Key = { pk: text(`token#${name}`) };
    const { Item: item } = await dynamo.send(new GetItemCommand({ TableName: table, Key, ProjectionExpression: "ex" }));
    return item?.["ex"] === undefined ? null : readNumber(item, "ex");
  };

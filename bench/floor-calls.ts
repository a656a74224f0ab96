/**
 * The least that an operation can be: the calls that it makes, as they were recorded, and nothing else. No parsing, no
 * decision, no log; the same client signs the same payloads and the same answers come back. The call to Daraja has a
 * connection of its own, as ours has (functions/daraja/exchange.ts says why). CPU beyond this is Malipo's.
 */
import { readFileSync } from "node:fs";
import {
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { createDynamo } from "../functions/store/client.ts";

interface RecordedCall {
  readonly target: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const dynamo = createDynamo();

/** Binary values cross the wire as Base64 and enter the client as bytes. */
const revive = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) =>
      name === "B" && typeof inner === "string" ? [name, Buffer.from(inner, "base64")] : [name, revive(inner)],
    ),
  );
};

const prepare = ({ target, method, path, headers, body }: RecordedCall): (() => Promise<unknown>) => {
  if (target === "") {
    const url = `${process.env["DARAJA_BASE_URL"] ?? ""}${path}`;
    const { authorization = "", "content-type": type = "" } = headers;
    const sent = { authorization, "content-type": type, connection: "close" };
    return async () => (await fetch(url, { method, headers: sent, body })).text();
  }
  const input = revive(JSON.parse(body)) as never;
  switch (target.split(".")[1]) {
    case "PutItem":
      return () => dynamo.send(new PutItemCommand(input));
    case "UpdateItem":
      return () => dynamo.send(new UpdateItemCommand(input));
    case "TransactWriteItems":
      return () => dynamo.send(new TransactWriteItemsCommand(input));
    case "GetItem":
      return () => dynamo.send(new GetItemCommand(input));
    case "Query":
      return () => dynamo.send(new QueryCommand(input));
    default:
      throw new Error(`the floor knows no ${target}`);
  }
};

const calls = (JSON.parse(readFileSync(process.env["FLOOR_CALLS"] ?? "", "utf8")) as RecordedCall[]).map(prepare);

export const handler = async (): Promise<{ readonly statusCode: number }> => {
  for (const call of calls) await call();
  return { statusCode: 200 };
};

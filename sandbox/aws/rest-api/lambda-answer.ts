/** A function's answer as an HTTP answer, by the rules of the Lambda proxy integration. */
import * as z from "zod";

import type { GatewayAnswer } from "./exchange.ts";

const Scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const ProxyAnswer = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), Scalar).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(Scalar)).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** API Gateway keeps these for itself and passes the function's on under another name. */
const REMAPPED: ReadonlySet<string> = new Set(["connection", "date", "server", "www-authenticate"]);
const DROPPED: ReadonlySet<string> = new Set(["content-length", "transfer-encoding"]);

/** Null when the answer is malformed, which API Gateway turns into a 502. */
export const lambdaAnswer = (payload: unknown): GatewayAnswer | null => {
  const parsed = ProxyAnswer.safeParse(payload);
  if (!parsed.success) return null;
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = parsed.data;
  const several = new Set(Object.keys(multiValueHeaders ?? {}).map((name) => name.toLowerCase()));
  const pairs = [
    ...Object.entries(headers ?? {}).filter(([name]) => !several.has(name.toLowerCase())),
    ...Object.entries(multiValueHeaders ?? {}).flatMap(([name, values]) =>
      values.map((value): [string, string] => [name, value]),
    ),
  ];
  const passed = pairs
    .filter(([name]) => !DROPPED.has(name.toLowerCase()))
    .map(([name, value]): [string, string] => [
      REMAPPED.has(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name,
      value,
    ]);
  const typed = passed.some(([name]) => name.toLowerCase() === "content-type");
  return {
    status: statusCode,
    headers: typed ? passed : [["content-type", "application/json"], ...passed],
    body: Buffer.from(body ?? "", isBase64Encoded === true ? "base64" : "utf8"),
  };
};

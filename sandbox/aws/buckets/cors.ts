/** A bucket's cross-origin rules, which decide whether a browser may use a presigned URL. */
import type { IncomingHttpHeaders } from "node:http";
import * as z from "zod";

import { fits } from "../rest-api/policy.ts";

export const CorsConfiguration = z.strictObject({
  CorsRules: z
    .array(
      z.strictObject({
        AllowedOrigins: z.array(z.string()).min(1),
        AllowedMethods: z.array(z.enum(["GET", "PUT", "HEAD", "POST", "DELETE"])).min(1),
        AllowedHeaders: z.array(z.string()).default([]),
        ExposedHeaders: z.array(z.string()).default([]),
        MaxAge: z.number().optional(),
        Id: z.string().optional(),
      }),
    )
    .max(100),
});

export type CorsRules = z.infer<typeof CorsConfiguration>["CorsRules"];
type Rule = CorsRules[number];
export type Headers = Readonly<Record<string, string>>;

/** The headers that let the asking origin read the answer; null when no rule lets it. */
export const corsHeaders = (rules: CorsRules, method: string, headers: IncomingHttpHeaders): Headers | null => {
  const { origin } = headers;
  const wanted = namesIn(headers["access-control-request-headers"]);
  if (origin === undefined) return null;
  const rule = rules.find(
    (each) =>
      each.AllowedOrigins.some((allowed) => fits(allowed, origin)) &&
      each.AllowedMethods.some((allowed) => allowed === method) &&
      wanted.every((name) => each.AllowedHeaders.some((allowed) => fits(allowed.toLowerCase(), name))),
  );
  return rule === undefined ? null : headersOf(rule, origin, wanted);
};

const namesIn = (list: string | undefined): string[] =>
  (list ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");

const headersOf = (rule: Rule, origin: string, wanted: readonly string[]): Headers => ({
  "access-control-allow-origin": rule.AllowedOrigins.includes("*") ? "*" : origin,
  "access-control-allow-methods": rule.AllowedMethods.join(", "),
  ...(wanted.length === 0 ? {} : { "access-control-allow-headers": wanted.join(", ") }),
  ...(rule.ExposedHeaders.length === 0 ? {} : { "access-control-expose-headers": rule.ExposedHeaders.join(", ") }),
  ...(rule.MaxAge === undefined ? {} : { "access-control-max-age": String(rule.MaxAge) }),
  vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
});

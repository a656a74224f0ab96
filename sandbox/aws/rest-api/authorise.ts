/**
 * Asks a Lambda authoriser whether a caller may come in, and remembers the answer for as long as the template says. As in
 * API Gateway, the remembered policy serves every method: one that names a single method denies the others until it expires.
 */
import * as z from "zod";

import type { LambdaFunction } from "../../lambda/function-pool.ts";
import { headerOf } from "./exchange.ts";
import type { GatewayRequest } from "./exchange.ts";
import type { Refusal } from "./gateway-response.ts";
import type { Authorizer } from "./model.ts";
import { isAllowed, Policy } from "./policy.ts";
import { requestContext, requestParts } from "./proxy-event.ts";
import type { Subject } from "./proxy-event.ts";

const Answer = z.object({
  principalId: z.coerce.string(),
  policyDocument: Policy,
  context: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
  usageIdentifierKey: z.string().nullish(),
});
type Answer = z.infer<typeof Answer>;

export type Admission =
  | { readonly admitted: false; readonly because: Refusal }
  | {
      readonly admitted: true;
      readonly authorizer: Readonly<Record<string, string | number>>;
      readonly usageIdentifierKey: string | null;
    };

export type Authorise = (authorizer: Authorizer, subject: Subject, methodArn: string) => Promise<Admission>;

const MAX_REMEMBERED = 10_000;

export const createAuthorise = (findFunction: (arn: string) => LambdaFunction, now: () => number): Authorise => {
  const remembered = new Map<string, { answer: Answer; until: number }>();

  const ask = async (authorizer: Authorizer, event: unknown): Promise<Answer | Refusal> => {
    const result = await findFunction(authorizer.functionArn).invoke(event);
    if (!result.ok) return result.error.errorMessage === "Unauthorized" ? "UNAUTHORIZED" : "AUTHORIZER_FAILURE";
    const answer = Answer.safeParse(result.payload);
    return answer.success ? answer.data : "AUTHORIZER_CONFIGURATION_ERROR";
  };

  const answerFor = async (authorizer: Authorizer, subject: Subject, methodArn: string): Promise<Answer | Refusal> => {
    const identity = identityOf(authorizer, subject.request);
    if (identity === null) return "UNAUTHORIZED";
    const key = JSON.stringify([authorizer.id, ...identity]);
    const known = remembered.get(key);
    if (known !== undefined && known.until > now()) return known.answer;
    const answer = await ask(authorizer, authorizerEvent(authorizer, subject, methodArn));
    if (typeof answer !== "string" && authorizer.ttlSeconds > 0) {
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
      remembered.set(key, { answer, until: now() + authorizer.ttlSeconds * 1000 });
    }
    return answer;
  };

  return async (authorizer, subject, methodArn) => {
    const asked = now();
    const answer = await answerFor(authorizer, subject, methodArn);
    if (typeof answer === "string") return { admitted: false, because: answer };
    if (!isAllowed(answer.policyDocument, methodArn)) return { admitted: false, because: "ACCESS_DENIED" };
    const { principalId, context, usageIdentifierKey } = answer;
    return {
      admitted: true,
      authorizer: { ...context, principalId, integrationLatency: Math.round(now() - asked) },
      usageIdentifierKey: usageIdentifierKey ?? null,
    };
  };
};

/** The values that tell callers apart; null when one is missing or can't be right, so that nobody needs to be asked. */
const identityOf = (authorizer: Authorizer, request: GatewayRequest): string[] | null => {
  const values: string[] = [];
  for (const name of authorizer.identityHeaders) {
    const value = headerOf(request, name);
    if (value === null || value === "") return null;
    values.push(value);
  }
  if (authorizer.type === "TOKEN" && authorizer.validation?.test(values[0] ?? "") === false) return null;
  return values;
};

const authorizerEvent = (authorizer: Authorizer, subject: Subject, methodArn: string): Record<string, unknown> => {
  const { match, request } = subject;
  if (authorizer.type === "TOKEN") {
    const authorizationToken = headerOf(request, authorizer.identityHeaders[0] ?? "authorization");
    return { type: "TOKEN", methodArn, authorizationToken };
  }
  return {
    type: "REQUEST",
    methodArn,
    resource: match.resource.path,
    path: request.path,
    httpMethod: request.method,
    ...requestParts(subject),
    requestContext: requestContext(subject, { authorizer: null, apiKey: null }),
  };
};

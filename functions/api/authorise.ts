/**
 * Who may come in. A bearer is an API key or a browser's token of one payment or one checkout session; the answer is a policy that API Gateway
 * keeps for a minute, so a revoked key is shut out within that minute. What a key may do is checked by the endpoint.
 */
import type { Clock } from "../domain/clock.ts";
import { isCheckoutSessionId } from "../domain/ids.ts";
import type { Signing } from "../domain/rotating.ts";
import type { AuthoriserAnswer, AuthoriserRequest } from "../runtime/authoriser.ts";
import type { Directory } from "../store/directory.ts";
import { toContext } from "./caller.ts";
import { readClientToken } from "./client-token.ts";

export interface AuthoriseDeps {
  readonly directory: Pick<Directory, "findKey">;
  readonly signing: () => Promise<Signing>;
  /** Whether the secrets that callers are known by have rotated; looks afresh. */
  readonly secretsChanged: () => Promise<boolean>;
  readonly clock: Clock;
  /** What API Gateway meters all browsers by. */
  readonly browserUsage: string;
}

const BEARER = /^Bearer ((?:sk|ct)_[A-Za-z0-9_.-]{1,200})$/i;

/** What the bearer of a client token may do with the one thing that it names. */
const routesOf = (subject: string): readonly string[] => {
  const session = `/v1/checkout-sessions/${subject}`;
  if (!isCheckoutSessionId(subject)) return [`GET/v1/payments/${subject}`, `GET${session}`];
  return [`GET${session}`, `POST${session}/payments`];
};

const decide =
  (deps: AuthoriseDeps) =>
  async ({ authorization }: AuthoriserRequest): Promise<AuthoriserAnswer> => {
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) return { allowed: "nothing" };
    if (token.startsWith("ct_")) {
      const subject = readClientToken(token, deps.clock.now(), await deps.signing());
      if (subject === null) return { allowed: "nothing" };
      return {
        allowed: "some_routes",
        routes: routesOf(subject),
        principal: subject,
        usage: deps.browserUsage,
        context: toContext({ kind: "browser", subject }),
      };
    }
    const key = await deps.directory.findKey(token);
    if (!key) return { allowed: "nothing" };
    return {
      allowed: "every_route",
      principal: key.id,
      usage: key.usageIdentifier,
      context: toContext({ kind: "key", keyId: key.id, storefront: key.storefront, scopes: key.scopes }),
    };
  };

/** Decides about one bearer; one that nobody knows is looked at again if a secret has just rotated. */
export const authorise = (deps: AuthoriseDeps) => {
  const once = decide(deps);
  return async (request: AuthoriserRequest): Promise<AuthoriserAnswer> => {
    const answer = await once(request);
    return answer.allowed === "nothing" && (await deps.secretsChanged()) ? once(request) : answer;
  };
};

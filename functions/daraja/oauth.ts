/**
 * Fetches a bearer token from Daraja. Asking is harmless to money, so a quick failure is asked once more; but each token
 * may kill the one before it, so only the token source (token.ts) decides when to ask.
 */
import type { Clock } from "../domain/clock.ts";
import type { HttpAnswer } from "./answers.ts";
import type { Credentials } from "./credentials.ts";
import { exchange } from "./exchange.ts";
import type { Fetch } from "./exchange.ts";
import { parseForeign, textAt } from "./foreign-json.ts";
import { TokenUnavailable } from "./token.ts";
import type { FetchedToken } from "./token.ts";

/** Both attempts together, milliseconds. Shorter than the lease under which they are made. */
const OAUTH_BUDGET_MS = 6_000;
/** A second attempt is worth it when this much of the budget is left. */
const WORTH_ANOTHER_MS = 4_000;

/** What is assumed of a token whose `expires_in` can't be read, and the most that is believed, in seconds. */
const UNREADABLE_LIFETIME = 600;
const LONGEST_LIFETIME = 86_400;

const lifetimeMs = (text: string | null): number => {
  const seconds = text !== null && /^\d{1,9}(\.\d+)?$/.test(text) ? Number(text) : 0;
  return 1000 * (seconds > 0 ? Math.min(seconds, LONGEST_LIFETIME) : UNREADABLE_LIFETIME);
};

/** Reads `{access_token, expires_in}`; `expires_in` is a string or a number of seconds. */
const readToken = ({ status, body }: HttpAnswer): FetchedToken | null => {
  const json = status === 200 ? parseForeign(body) : null;
  const token = json && textAt(json, "access_token");
  return json && token ? { token, lifetimeMs: lifetimeMs(textAt(json, "expires_in")) } : null;
};

/** Why an answer is no token. Wrong keys get HTTP 400 with nothing in it (observed); the portal lists 400.008.0x. */
const refusal = ({ status }: HttpAnswer): TokenUnavailable => {
  if (status === 400 || status === 401)
    return new TokenUnavailable(
      "merchant_misconfigured",
      `Daraja does not take the consumer key and secret (HTTP ${status})`,
    );
  if (status === 429) return new TokenUnavailable("rate_limited", "Daraja throttles token requests (HTTP 429)");
  return new TokenUnavailable("daraja_unavailable", `Daraja gave no token (HTTP ${status})`);
};

export interface TokenFetcherDeps {
  readonly baseUrl: string;
  readonly credentials: () => Promise<Pick<Credentials, "consumerKey" | "consumerSecret">>;
  readonly fetch: Fetch;
  readonly clock: Clock;
}

const readCredentials = async (deps: TokenFetcherDeps) => {
  try {
    return await deps.credentials();
  } catch (cause) {
    throw new TokenUnavailable("merchant_misconfigured", "the Daraja secret can't be read", { cause });
  }
};

/** A function that asks Daraja for a token. It rejects with `TokenUnavailable` only. */
export const createTokenFetcher = (deps: TokenFetcherDeps) => {
  const ask = async (authorization: string, timeoutMs: number): Promise<FetchedToken | TokenUnavailable> => {
    const url = `${deps.baseUrl}/oauth/v1/generate?grant_type=client_credentials`;
    const came = await exchange(deps.fetch, { method: "GET", url, headers: { authorization }, timeoutMs });
    if (came.got === "nothing")
      return new TokenUnavailable("daraja_unavailable", `Daraja gave no token (${came.because})`);
    return readToken(came.http) ?? refusal(came.http);
  };
  return async (): Promise<FetchedToken> => {
    const started = deps.clock.now();
    const { consumerKey, consumerSecret } = await readCredentials(deps);
    const authorization = `Basic ${Buffer.from(`${consumerKey}:${consumerSecret}`).toString("base64")}`;
    const first = await ask(authorization, OAUTH_BUDGET_MS);
    const left = started + OAUTH_BUDGET_MS - deps.clock.now();
    const again =
      first instanceof TokenUnavailable && first.failure === "daraja_unavailable" && left >= WORTH_ANOTHER_MS;
    const last = again ? await ask(authorization, left) : first;
    if (last instanceof TokenUnavailable) throw last;
    return last;
  };
};

/**
 * Secrets Manager, asked when a secret is first needed and again after five minutes, so that a rotation is followed
 * without a deployment; who is refused with a value from the cache asks for a fresh one at once (`maxAgeMs`). Nothing here
 * runs at import: a cold start costs only what the request needs. What must stay true: strangers can't cause more than one
 * look in each `maxAgeMs`, and a value that was cached just before a rotation is no reason not to look.
 */
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type * as z from "zod";
import type { Clock } from "../domain/clock.ts";

/** The secret exists but an operator has not put anything usable into it. */
export class SecretNotConfigured extends Error {
  override readonly name = "SecretNotConfigured";
}

const FRESH_MS = 300_000;
let client: SecretsManagerClient | undefined;

const fetchText = async (arn: string): Promise<string> => {
  client ??= new SecretsManagerClient({ maxAttempts: 4 });
  try {
    const answer = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    return answer.SecretString ?? "";
  } catch (fault) {
    // A secret that was made but never given a value is "not found" to whoever reads it.
    if (fault instanceof ResourceNotFoundException) return "";
    throw fault;
  }
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

export interface Secret<T> {
  /**
   * The cached value. With `maxAgeMs`: looked at again for this caller, unless that was done for somebody so shortly
   * before. Throws SecretNotConfigured when what is stored does not fit.
   */
  (maxAgeMs?: number): Promise<T>;
  /** Forgets what is cached, for the moment a credential turns out to be dead. */
  readonly forget: () => void;
}

/**
 * A secret read and checked lazily. Callers that ask at once share one request; while Secrets Manager is unreachable a
 * value that is already known goes on being used.
 */
export const secret = <S extends z.ZodType>(options: {
  readonly arn: () => string;
  readonly schema: S;
  readonly clock: Clock;
  /** How long a value is kept; five minutes unless said. */
  readonly keptMs?: number;
}): Secret<z.output<S>> => {
  type Held = { readonly value: z.output<S>; readonly at: number };
  let held: Held | undefined;
  let asking: Promise<z.output<S>> | undefined;
  let lookedAgainAt = -Infinity;

  const ask = async (): Promise<z.output<S>> => {
    const parsed = options.schema.safeParse(parseJson(await fetchText(options.arn())));
    if (!parsed.success) throw new SecretNotConfigured("a secret holds nothing usable; see the go-live guide");
    held = { value: parsed.data, at: options.clock.now() };
    return parsed.data;
  };

  const refresh = async (): Promise<z.output<S>> => {
    asking ??= ask().finally(() => (asking = undefined));
    try {
      return await asking;
    } catch (fault) {
      if (held && !(fault instanceof SecretNotConfigured)) return held.value;
      throw fault;
    }
  };

  const { keptMs = FRESH_MS } = options;
  const read = (maxAgeMs?: number): Promise<z.output<S>> => {
    const now = options.clock.now();
    if (held && now - (maxAgeMs === undefined ? held.at : lookedAgainAt) < (maxAgeMs ?? keptMs))
      return Promise.resolve(held.value);
    if (maxAgeMs !== undefined) lookedAgainAt = now;
    return refresh();
  };
  return Object.assign(read, { forget: () => (held = undefined) });
};

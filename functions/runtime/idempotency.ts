/**
 * Powertools Idempotency in front of what may move money: for one hour it answers a repeated request with the stored
 * answer. It is a cache and a courtesy. Its record goes when a handler throws, and it runs the handler again after a
 * timeout; the transaction's own item on the ledger is the lock that lasts, so `run` must be safe to run twice.
 */
import {
  IdempotencyAlreadyInProgressError,
  IdempotencyConfig,
  IdempotencyInconsistentStateError,
  IdempotencyPersistenceLayerError,
  IdempotencyValidationError,
  makeIdempotent,
} from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Context } from "aws-lambda";

/** What makes two requests the same one, and what must then be equal. */
export interface Claim {
  readonly storefront: string;
  readonly operation: string;
  readonly key: string;
  /** SHA-256 of the canonical body. */
  readonly fingerprint: string;
}

/** A claim as Powertools looks at it: by plain names, because bundles carry no more of JMESPath (lib/constructs/bundling.ts). */
interface Named {
  readonly name: readonly string[];
  readonly fingerprint: string;
}

/** Thrown through Powertools so that it stores nothing. */
class NotKept extends Error {}

export type Replayed<T> =
  /** `run` ran, here and now. */
  | { readonly outcome: "ran"; readonly result: T }
  /** It ran before; `kept` is what was kept of it, as it came out of storage. */
  | { readonly outcome: "replayed"; readonly kept: unknown }
  /** The key was used within the hour with another body. */
  | { readonly outcome: "reused_key" };

export interface Replay {
  /** `keep` picks what a replay answers; undefined when nothing may be replayed. */
  <T>(claim: Claim, run: () => Promise<T>, keep: (result: T) => unknown): Promise<Replayed<T>>;
}

interface ReplayDeps {
  readonly table: () => string;
  readonly client: () => DynamoDBClient;
  readonly context: () => Context;
  /** Told when the cache is unreachable. */
  readonly down: (fault: unknown) => void;
}

const isRace = (fault: unknown): boolean =>
  fault instanceof IdempotencyAlreadyInProgressError || fault instanceof IdempotencyInconsistentStateError;

/**
 * Replays for an hour. A request that races another with the same key, or that finds the cache unreachable, runs
 * against the ledger directly, which gives it the same transaction.
 */
export const createReplay = (deps: ReplayDeps): Replay => {
  let layer: DynamoDBPersistenceLayer | undefined;

  return async <T>(claim: Claim, run: () => Promise<T>, keep: (result: T) => unknown): Promise<Replayed<T>> => {
    layer ??= new DynamoDBPersistenceLayer({ tableName: deps.table(), awsSdkV3Client: deps.client() });
    let ran: { readonly result: T } | undefined;
    const runOnce = async (_claim: Named): Promise<unknown> => {
      ran = { result: await run() };
      const kept = keep(ran.result);
      if (kept === undefined) throw new NotKept();
      return kept;
    };
    const config = new IdempotencyConfig({
      eventKeyJmesPath: "name",
      payloadValidationJmesPath: "fingerprint",
      throwOnNoIdempotencyKey: true,
      expiresAfterSeconds: 3600,
      hashFunction: "sha256",
      lambdaContext: deps.context(),
    });
    const outcome = (): { readonly result: T } | undefined => ran;
    const { storefront, operation, key, fingerprint } = claim;
    const named: Named = { name: [storefront, operation, key], fingerprint };
    try {
      const kept: unknown = await makeIdempotent(runOnce, { persistenceStore: layer, config, keyPrefix: "api" })(named);
      const fresh = outcome();
      return fresh ? { outcome: "ran", ...fresh } : { outcome: "replayed", kept };
    } catch (fault) {
      const fresh = outcome();
      if (fault instanceof IdempotencyPersistenceLayerError) deps.down(fault.cause);
      if (fresh) return { outcome: "ran", ...fresh };
      if (fault instanceof IdempotencyValidationError) return { outcome: "reused_key" };
      if (!(fault instanceof IdempotencyPersistenceLayerError) && !isRace(fault)) throw fault;
      return { outcome: "ran", result: await run() };
    }
  };
};

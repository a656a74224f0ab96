/**
 * What people do to a batch: approve it, pause it, let it go on, cancel it. The rules about who may and when are the
 * domain's; its refusals are this door's problems, word for word.
 */
import type { BatchEvent } from "../domain/batch.ts";
import type { Clock } from "../domain/clock.ts";
import { haltMessage } from "../domain/payout-lane.ts";
import type { ChangeBatch } from "../payouts/change-batch.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";
import type { ROUTES } from "./contract.ts";
import type { Call, Endpoint } from "./endpoint.ts";
import { ownBatch, withCounters } from "./read-batches.ts";
import { ok, problem } from "./reply.ts";
import type { Reply } from "./reply.ts";

export interface SteerBatchDeps {
  readonly batches: Pick<BatchLedger, "read" | "tally">;
  readonly change: ChangeBatch;
  readonly clock: Clock;
}

type Steering = Pick<Call<typeof ROUTES.pauseBatch>, "caller" | "params" | "requestId">;

/** Lets `event` happen at `at`, and answers with the batch as it is then. */
const steer = async (
  { batches, change }: SteerBatchDeps,
  { caller, params, requestId }: Steering,
  { at, event }: { readonly at: number; readonly event: BatchEvent },
): Promise<Reply> => {
  const found = await ownBatch(batches, caller.storefront, params.id);
  if (!found) return problem("not_found");
  const outcome = await change(found.id, event, { at, by: `key:${caller.keyId}`, requestId });
  if (outcome.changed) return ok(await withCounters(batches, outcome.batch));
  if (outcome.because === "unknown_batch") return problem("not_found");
  const detail = outcome.because === "payout_lane_halted" ? { detail: haltMessage("person") } : {};
  return problem(outcome.because, { batch_id: found.id, ...detail });
};

/** One key's word for exactly the rows of this digest. */
export const approveBatch =
  (deps: SteerBatchDeps): Endpoint<typeof ROUTES.approveBatch> =>
  (call) => {
    const at = deps.clock.now();
    const approval = { keyId: call.caller.keyId, digest: call.body.digest, at };
    return steer(deps, call, { at, event: { event: "approved", approval } });
  };

export const pauseBatch =
  (deps: SteerBatchDeps): Endpoint<typeof ROUTES.pauseBatch> =>
  (call) => {
    const at = deps.clock.now();
    return steer(deps, call, { at, event: { event: "paused", stop: { cause: "person", at, payoutId: null } } });
  };

/** Also lifts what M-PESA's complaint halts: whoever resumes says that it is mended. A person's halt has a word of its own. */
export const resumeBatch =
  (deps: SteerBatchDeps): Endpoint<typeof ROUTES.resumeBatch> =>
  (call) =>
    steer(deps, call, { at: deps.clock.now(), event: { event: "resumed" } });

export const cancelBatch =
  (deps: SteerBatchDeps): Endpoint<typeof ROUTES.cancelBatch> =>
  (call) =>
    steer(deps, call, { at: deps.clock.now(), event: { event: "cancelled" } });

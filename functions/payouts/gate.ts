/**
 * The last look before a payout leaves: does its batch run under the approvals that its rows need, and is the lane open
 * for the credential that it would leave with. What must stay true: no verdict rests on a look older than a second, so a
 * pause takes effect while payouts still wait for their turn.
 */
import type { Batch } from "../domain/batch.ts";
import type { Clock } from "../domain/clock.ts";
import { mayLeave } from "../domain/decide-batch.ts";
import { laneAllows } from "../domain/decide-lane.ts";
import type { LaneVerdict } from "../domain/decide-lane.ts";
import type { PayoutLane } from "../domain/payout-lane.ts";
import type { Payout } from "../domain/payout.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";
import type { LaneLedger } from "../store/lane-ledger.ts";

export interface GateDeps {
  readonly batches: Pick<BatchLedger, "readMany">;
  readonly lanes: Pick<LaneLedger, "lane">;
  /** The shortcode that the credentials in force belong to: payouts of another one can't leave with them. */
  readonly shortcode: () => Promise<string>;
  readonly clock: Clock;
}

export type GateVerdict = LaneVerdict | "batch_stopped" | "batch_cancelled" | "other_shortcode";

/** Whether `payout` may leave now with the credential of the fingerprint `initiator`. */
export type Gate = (payout: Payout, initiator: string) => Promise<GateVerdict>;

/** How old what was seen may be. */
const FRESH_MS = 1_000;

interface Look {
  readonly lane: PayoutLane;
  readonly batches: ReadonlyMap<string, Batch>;
}

const judge = (look: Look, payout: Payout, { initiator, now }: { initiator: string; now: number }): GateVerdict => {
  if (payout.shortcode !== look.lane.shortcode) return "other_shortcode";
  if (payout.batch !== null) {
    const batch = look.batches.get(payout.batch.id) ?? null;
    if (batch?.state === "cancelled") return "batch_cancelled";
    if (!mayLeave(batch, payout.batch)) return "batch_stopped";
  }
  return laneAllows(look.lane, initiator, now);
};

/** A gate for the payouts of these batches (at most 100), and for payouts of none. Looks when it is first asked. */
export const createGate = (deps: GateDeps, batchIds: readonly string[]): Gate => {
  let taken: { readonly at: number; readonly look: Promise<Look> } | null = null;

  const take = async (): Promise<Look> => {
    const shortcode = await deps.shortcode();
    const [lane, batches] = await Promise.all([
      deps.lanes.lane(shortcode),
      batchIds.length === 0 ? [] : deps.batches.readMany(batchIds),
    ]);
    return { lane, batches: new Map(batches.flatMap((batch) => (batch === null ? [] : [[batch.id, batch]]))) };
  };

  const fresh = (): Promise<Look> => {
    const now = deps.clock.now();
    if (taken === null || now - taken.at >= FRESH_MS) taken = { at: now, look: take() };
    return taken.look;
  };

  return async (payout, initiator) => judge(await fresh(), payout, { initiator, now: deps.clock.now() });
};

/** The batches of some payouts, each once. */
export const batchesOf = (payouts: readonly Payout[]): readonly string[] => [
  ...new Set(payouts.flatMap(({ batch }) => (batch === null ? [] : [batch.id]))),
];

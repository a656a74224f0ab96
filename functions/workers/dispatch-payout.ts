/**
 * One payout in a dispatcher's hands: sent if it may leave, else left to whoever brings it again. What must stay true: a
 * payout that can't leave now is never lost, because its message comes again, its batch is fed anew, or the sweep finds
 * it; one payout's trouble is no other's.
 */
import type { Clock } from "../domain/clock.ts";
import type { Msisdn } from "../domain/msisdn.ts";
import type { Payout } from "../domain/payout.ts";
import type { Gate, GateVerdict } from "../payouts/gate.ts";
import type { HandBack } from "../payouts/hand-back.ts";
import type { RecordPayout } from "../payouts/record-payout.ts";
import type { SendPayout, Sent } from "../payouts/send-payout.ts";
import type { TripLane } from "../payouts/trip-lane.ts";
import type { Verdict } from "../runtime/consumer.ts";
import type { Log } from "../runtime/logger.ts";

export interface DispatchPayoutDeps {
  readonly send: SendPayout;
  readonly record: RecordPayout;
  readonly trip: TripLane;
  readonly handBack: HandBack;
  readonly clock: Clock;
  readonly log: Log;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** What all payouts of one delivery share. */
export interface Dispatch {
  readonly requestId: string;
  readonly gate: Gate;
  /** Fingerprint of the API operator in force; null when none is configured. */
  readonly initiator: string | null;
  /** Has the credential proven, once for the whole delivery. */
  readonly prove: () => Promise<unknown>;
}

export interface ToDispatch {
  readonly payout: Payout;
  readonly phone: Msisdn;
  /** How often its message was delivered so far. */
  readonly times: number;
}

/** Deliveries of one message after which it is given up: then the tender or the sweep brings the payout again. */
const MOST_DELIVERIES = 50;
const FIRST_WAIT_S = 5;
const LONGEST_WAIT_S = 60;
/** A probe is mostly answered within seconds. */
const PROOF_WAIT_S = 3;

/** What became of it: settled as far as this message goes, or to be looked at again after so many seconds. */
type Step = "settled" | { readonly afterSeconds: number };

const backOff = (deps: DispatchPayoutDeps, times: number): Step => ({
  afterSeconds: Math.min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** Math.min(times - 1, 8)) * (0.5 + deps.random()),
});

/** It is not to leave now. */
const onHeld = async (
  deps: DispatchPayoutDeps,
  { requestId, prove }: Dispatch,
  { payout: { id, batch }, times, verdict }: Omit<ToDispatch, "phone"> & { verdict: Exclude<GateVerdict, "go"> },
): Promise<Step> => {
  deps.log.info("payout.not_sent", { transaction: id, because: verdict });
  switch (verdict) {
    case "prove":
    case "wait":
      await prove();
      return { afterSeconds: PROOF_WAIT_S };
    case "batch_cancelled": {
      const received = { at: deps.clock.now(), by: "dispatcher", requestId, raw: null };
      await deps.record(id, { finding: "cancelled", source: "sweep", ...received });
      return "settled";
    }
    // Whoever resumes has the batch fed anew.
    case "batch_stopped":
      return "settled";
    // Payouts of no batch are the sweep's to bring again. A batch that runs on although its lane is halted was missed when
    // the lane was tripped, and may be missed again by whoever lifts it: its tender has to hand the row on once more.
    case "halted":
      return batch === null || (await deps.handBack(batch)) ? "settled" : backOff(deps, times);
    case "other_shortcode":
      return batch === null ? "settled" : backOff(deps, times);
  }
};

const onSent = async (
  deps: DispatchPayoutDeps,
  run: Dispatch,
  { payout, times, sent }: ToDispatch & { sent: Sent },
) => {
  if (sent.sent === "yes" || sent.because === "taken_by_another") return "settled";
  if (sent.because === "turned_away") return backOff(deps, times);
  return onHeld(deps, run, { payout, times, verdict: sent.because });
};

/** Nobody has configured an operator: nothing can leave, and every batch has to say so. */
const notConfigured = async (deps: DispatchPayoutDeps, { id, shortcode }: Payout, requestId: string): Promise<Step> => {
  const halt = { code: "initiator_misconfigured", resultCode: null, at: deps.clock.now(), about: id } as const;
  await deps.trip({ shortcode, halt, requestId });
  return "settled";
};

const step = async (deps: DispatchPayoutDeps, run: Dispatch, item: ToDispatch): Promise<Step> => {
  const { gate, initiator, requestId } = run;
  const { payout, phone, times } = item;
  if (initiator === null) return notConfigured(deps, payout, requestId);
  const verdict = await gate(payout, initiator);
  if (verdict !== "go") return onHeld(deps, run, { payout, times, verdict });
  const sent = await deps.send({ payout, phone, gate, how: "first", by: "dispatcher", requestId });
  return onSent(deps, run, { ...item, sent });
};

/** The message comes again, unless it did too often and somebody else will bring the payout. */
const asVerdict = async (deps: DispatchPayoutDeps, { payout, times }: ToDispatch, taken: Step): Promise<Verdict> => {
  if (taken === "settled") return { verdict: "done" };
  const isLeft =
    times >= MOST_DELIVERIES && (payout.batch === null || payout.check !== null || (await deps.handBack(payout.batch)));
  return isLeft ? { verdict: "done" } : { verdict: "again", ...taken };
};

/** Deals with one queued payout. Never rejects: a fault has the message come again. */
export const dispatchPayout =
  (deps: DispatchPayoutDeps) =>
  async (run: Dispatch, item: ToDispatch): Promise<Verdict> => {
    try {
      return await asVerdict(deps, item, await step(deps, run, item));
    } catch (fault) {
      deps.log.error("payout.item_failed", { transaction: item.payout.id }, fault);
      return { verdict: "again", afterSeconds: LONGEST_WAIT_S };
    }
  };

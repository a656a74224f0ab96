/**
 * Sends one payout. What must stay true: it leaves only if the gate is open and this sender alone has written that it is
 * about to send; the write comes after the turn and right before the call, so a sender that dies leaves either nothing or
 * a payout that is asked about; whatever the answer, the payout is never sent again under another name.
 */
import type { PayoutAnswer, PayoutDaraja } from "../daraja/payout-client.ts";
import { payoutEvidence } from "../daraja/payout-evidence.ts";
import type { Clock } from "../domain/clock.ts";
import type { Msisdn } from "../domain/msisdn.ts";
import { PAYOUT_FAILURES } from "../domain/payout-failures.ts";
import type { Payout, PayoutFailure } from "../domain/payout.ts";
import type { Log } from "../runtime/logger.ts";
import type { Claim, PayoutLedger } from "../store/payout-ledger.ts";
import type { Gate, GateVerdict } from "./gate.ts";
import type { RecordPayout } from "./record-payout.ts";
import type { TripLane } from "./trip-lane.ts";

export interface SendPayoutDeps {
  readonly ledger: Pick<PayoutLedger, "claim">;
  readonly daraja: Pick<PayoutDaraja, "b2c">;
  readonly record: RecordPayout;
  readonly trip: TripLane;
  /** When the sweep should look at a payout that leaves at `at`. */
  readonly firstCheck: (at: number) => number;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Sending {
  readonly payout: Payout;
  readonly phone: Msisdn;
  readonly gate: Gate;
  readonly how: Claim["how"];
  /** `dispatcher`, `sweep`. */
  readonly by: string;
  readonly requestId: string;
}

export type Sent =
  /** It left, or may have: the ledger says what is known, and the sweep asks about the rest. */
  | { readonly sent: "yes" }
  /** Nothing left; M-PESA has never heard of this sending. */
  | { readonly sent: "no"; readonly because: Exclude<GateVerdict, "go"> | "taken_by_another" | "turned_away" };

/** What stood in the way of a call that was not made; `go` when nothing did. */
interface Held {
  why: GateVerdict | "taken_by_another";
  claimed: boolean;
}

/** The last word before the call: the gate, then the claim. */
const releasing =
  (deps: SendPayoutDeps, sending: Sending, held: Held) =>
  async (initiator: string): Promise<boolean> => {
    held.why = await sending.gate(sending.payout, initiator);
    if (held.why !== "go") return false;
    const { how, by, requestId } = sending;
    const at = deps.clock.now();
    const claim: Claim = { how, at, by, requestId, checkAt: deps.firstCheck(at) };
    held.claimed = (await deps.ledger.claim(sending.payout, claim)) !== null;
    if (!held.claimed) held.why = "taken_by_another";
    return held.claimed;
  };

/** A call that was never tried: where that would repeat for every payout, the lane is tripped. */
const notTried = async (
  deps: SendPayoutDeps,
  { payout, requestId }: Sending,
  failure: PayoutFailure,
): Promise<Sent> => {
  if (PAYOUT_FAILURES[failure.code].halts === null) return { sent: "no", because: "turned_away" };
  const { code, resultCode } = failure;
  const halt = { code, resultCode, at: deps.clock.now(), about: payout.id };
  await deps.trip({ shortcode: payout.shortcode, halt, requestId, batchId: payout.batch?.id });
  return { sent: "no", because: "halted" };
};

/** Puts the answer on the ledger. A ledger that fails now does not unsend the payout: the sweep finds it. */
const record = async (
  deps: SendPayoutDeps,
  { payout, by, requestId }: Sending,
  answer: PayoutAnswer,
): Promise<Sent> => {
  const evidence = payoutEvidence(answer, { at: deps.clock.now(), by, requestId });
  try {
    if (evidence !== null) await deps.record(payout.id, evidence);
  } catch (fault) {
    deps.log.error("payout.not_recorded", { transaction: payout.id, answer: answer.answer }, fault);
    return { sent: "yes" };
  }
  const facts = { transaction: payout.id, answer: answer.answer };
  if (answer.answer === "unknown") deps.log.warn("payout.unknown", { ...facts, because: answer.because });
  else deps.log.info("payout.answered", facts);
  return answer.answer === "turned_away" ? { sent: "no", because: "turned_away" } : { sent: "yes" };
};

/**
 * Sends `payout` if it may leave when its turn comes. Rejects only when the gate could not look or the claim could not be
 * written: nothing was sent then, and a claim that was written all the same is the sweep's to find.
 */
export const sendPayout =
  (deps: SendPayoutDeps) =>
  async (sending: Sending): Promise<Sent> => {
    const { payout, phone } = sending;
    const held: Held = { why: "go", claimed: false };
    const answer = await deps.daraja.b2c({
      payoutId: payout.id,
      amount: payout.amount,
      phone,
      kind: payout.kind,
      remarks: payout.remarks,
      occasion: payout.reference,
      release: releasing(deps, sending, held),
    });
    if (held.claimed) return record(deps, sending, answer);
    if (held.why !== "go") return { sent: "no", because: held.why };
    if (answer.answer === "turned_away" || answer.answer === "refused") return notTried(deps, sending, answer.failure);
    throw new Error(`a payout was answered (${answer.answer}) that nobody had claimed`);
  };

export type SendPayout = ReturnType<typeof sendPayout>;

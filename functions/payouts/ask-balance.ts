/**
 * Asks M-PESA what the shortcode's accounts hold; the answer comes by callback. The same question proves the credential of
 * the API operator, because it moves no money. What must stay true: with a credential that M-PESA has not accepted one
 * question is out at a time, however many ask at once, and while M-PESA's complaint about the operator stands, or a person
 * halts the lane, none is.
 */
import type { AskAnswer, PayoutDaraja } from "../daraja/payout-client.ts";
import type { Clock } from "../domain/clock.ts";
import { laneAllows, mayAskBalance, probeSent } from "../domain/decide-lane.ts";
import type { PayoutLane } from "../domain/payout-lane.ts";
import type { Log } from "../runtime/logger.ts";
import type { Count } from "../runtime/metrics.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";
import type { LaneLedger } from "../store/lane-ledger.ts";
import type { ChangeBatch } from "./change-batch.ts";
import type { ChangeLane } from "./change-lane.ts";
import { complained, stopBatches, tellHalted } from "./trip-lane.ts";

export interface AskBalanceDeps {
  readonly lanes: Pick<LaneLedger, "lane">;
  readonly change: ChangeLane;
  readonly batches: Pick<BatchLedger, "live">;
  readonly changeBatch: ChangeBatch;
  readonly daraja: Pick<PayoutDaraja, "accountBalance">;
  /** Fingerprint of the API operator in force; null when none is configured. */
  readonly initiator: () => Promise<string | null>;
  /** A name for one question. */
  readonly newId: () => string;
  readonly clock: Clock;
  readonly log: Log;
  readonly count: Count;
}

export type BalanceAsked =
  /** The question is out; `id` names it. */
  | { readonly asked: "yes"; readonly id: string }
  /** Another question has to be answered first: ask again later. */
  | { readonly asked: "waiting" }
  /** Nothing that names the operator may be sent until a person has lifted the halt. */
  | { readonly asked: "halted" }
  /** No API operator is configured. */
  | { readonly asked: "not_configured" }
  /** Daraja could not be asked: ask again later. */
  | { readonly asked: "no"; readonly because: string };

const told = (deps: AskBalanceDeps, id: string, answer: AskAnswer): BalanceAsked => {
  if (answer.asked === "no") {
    deps.log.warn("balance.not_asked", { question: id, because: answer.because });
    return { asked: "no", because: answer.because };
  }
  deps.log.info("balance.asked", { question: id });
  return { asked: "yes", id };
};

/** The probe did not leave after all: it has proven nothing and does not count as a try. */
const takeBack = async (deps: AskBalanceDeps, before: PayoutLane, id: string): Promise<void> => {
  await deps.change(before.shortcode, (lane) =>
    lane.probe?.id === id ? { halt: lane.halt, provenFor: lane.provenFor, probe: before.probe } : null,
  );
};

/** Sends the one probe, if this caller is the one who may. */
const probe = async (deps: AskBalanceDeps, seen: PayoutLane, fingerprint: string): Promise<BalanceAsked> => {
  const id = deps.newId();
  const at = deps.clock.now();
  let before = seen;
  const { lane, changed } = await deps.change(seen.shortcode, (found) => {
    before = found;
    return probeSent(found, { id, fingerprint, at });
  });
  if (lane.halt !== null) {
    const trip = { shortcode: lane.shortcode, halt: lane.halt, requestId: id };
    if (changed) {
      tellHalted(deps, trip);
      await stopBatches(deps)(trip, complained(trip));
    }
    return { asked: "halted" };
  }
  if (!changed || lane.probe?.id !== id) return { asked: "waiting" };
  const release = (initiator: string): Promise<boolean> => Promise.resolve(initiator === fingerprint);
  const answer = await deps.daraja.accountBalance({ id, release });
  if (answer.asked === "no") await takeBack(deps, before, id);
  return told(deps, id, answer);
};

/** Asks for the balances, or proves the credential first where it has to be proven: the same question does both. */
export const askBalance =
  (deps: AskBalanceDeps) =>
  async (shortcode: string): Promise<BalanceAsked> => {
    const fingerprint = await deps.initiator();
    if (fingerprint === null) return { asked: "not_configured" };
    const lane = await deps.lanes.lane(shortcode);
    if (mayAskBalance(lane, fingerprint)) {
      const id = deps.newId();
      const release = async (initiator: string): Promise<boolean> =>
        mayAskBalance(await deps.lanes.lane(shortcode), initiator);
      return told(deps, id, await deps.daraja.accountBalance({ id, release }));
    }
    const verdict = laneAllows(lane, fingerprint, deps.clock.now());
    if (verdict === "prove") return probe(deps, lane, fingerprint);
    return { asked: verdict === "wait" ? "waiting" : "halted" };
  };

export type AskBalance = ReturnType<typeof askBalance>;

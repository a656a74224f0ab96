/**
 * What M-PESA answers to a balance question: the accounts, and whether it takes the API operator. What must stay true: a
 * complaint about the operator halts the lane; only an answer by which M-PESA has accepted the operator opens it, and only
 * for the credential that asked.
 */
import { readBalanceResult } from "../daraja/balance-result.ts";
import type { BalanceResult } from "../daraja/balance-result.ts";
import { operatorWord } from "../daraja/operator-word.ts";
import { probeAnswered } from "../domain/decide-lane.ts";
import type { ChangeLane } from "../payouts/change-lane.ts";
import type { TripLane } from "../payouts/trip-lane.ts";
import type { WatchFloat } from "../payouts/watch-float.ts";
import type { Queue } from "../runtime/queue.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";
import type { LaneLedger } from "../store/lane-ledger.ts";
import type { Arrived, DoorDeps } from "./door.ts";

export interface BalanceDeps extends Pick<DoorDeps, "log" | "count"> {
  readonly lanes: Pick<LaneLedger, "keepBalances">;
  readonly change: ChangeLane;
  readonly trip: TripLane;
  readonly watch: WatchFloat;
  readonly batches: Pick<BatchLedger, "live">;
  readonly batchQueue: Queue;
  /** The shortcode that the stage's credentials belong to. */
  readonly shortcode: () => Promise<string>;
  /** Told of a result code that no table lists. */
  readonly onUnlistedCode: (resultCode: string) => void;
}

/** Wakes the batches that wait for this answer. The clock wakes those that this does not reach. */
const wake = async (deps: BalanceDeps, shortcode: string): Promise<void> => {
  try {
    const waiting = (await deps.batches.live()).filter(
      (batch) => batch.shortcode === shortcode && (batch.state === "starting" || batch.state === "waiting_for_float"),
    );
    if (waiting.length > 0) await deps.batchQueue.send(waiting.map(({ id }) => ({ batch: id })));
  } catch (fault) {
    deps.log.warn("message.not_sent", { because: fault instanceof Error ? fault.name : "unknown" });
  }
};

/** What the answer means for the lane that the question was asked for. */
const judge = async (deps: BalanceDeps, shortcode: string, { id, raw, at, requestId }: Arrived): Promise<void> => {
  const word = operatorWord(raw);
  if (word === null) return;
  if (word.accepted) {
    const { changed } = await deps.change(shortcode, (lane) => probeAnswered(lane, id));
    if (changed) deps.log.info("lane.proven", { shortcode, question: id });
  } else if (word.trouble !== null) {
    const halt = { code: word.trouble, resultCode: word.code, at, about: id };
    await deps.trip({ shortcode, halt, requestId });
  }
};

/** Keeps the balances, unless newer ones are known. */
const keepTold = async (
  deps: BalanceDeps,
  shortcode: string,
  told: Arrived & { readonly result: BalanceResult },
): Promise<void> => {
  const { id, at, result } = told;
  if (!result.readable) {
    deps.log.warn("balance.not_told", { question: id, because: result.because });
    if (result.unlistedCode !== null) deps.onUnlistedCode(result.unlistedCode);
    return;
  }
  await deps.lanes.keepBalances(shortcode, { ...result.balances, id, receivedAt: at });
  deps.log.info("balance.told", { question: id });
  deps.watch(shortcode, result.balances);
};

/** Takes the answer to a balance question. Rejects when what it says could not be stored. */
export const keepBalance =
  (deps: BalanceDeps) =>
  async (arrived: Arrived): Promise<void> => {
    if (!arrived.isListed) {
      deps.log.warn("callback.unverified", { question: arrived.id });
      deps.count("UnverifiedCallback");
      return;
    }
    const shortcode = await deps.shortcode();
    const result = readBalanceResult(arrived.raw);
    await judge(deps, shortcode, arrived);
    await keepTold(deps, shortcode, { ...arrived, result });
    if (result.readable) await wake(deps, shortcode);
  };

/** M-PESA did not answer in time: nothing was learnt, and whoever waits asks again. */
export const noteLateBalance =
  (deps: Pick<BalanceDeps, "log" | "count">) =>
  ({ id, isListed }: Arrived): Promise<void> => {
    deps.log.warn("balance.not_told", { question: id, because: "M-PESA did not answer in time" });
    if (!isListed) deps.count("UnverifiedCallback");
    return Promise.resolve();
  };

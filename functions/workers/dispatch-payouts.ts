/**
 * The dispatcher: takes payouts' names off the queue and sends what may leave. What must stay true: a message by itself
 * sends nothing, the ledger decides; whether a payout may leave is read after its message came; a payout that several
 * messages name is dealt with once.
 */
import { batchesOf } from "../payouts/gate.ts";
import type { Gate } from "../payouts/gate.ts";
import type { PayoutMessage } from "../payouts/messages.ts";
import type { ProveLane } from "../payouts/prove-lane.ts";
import type { Delivered, Verdict } from "../runtime/consumer.ts";
import type { ScheduledRun } from "../runtime/schedule.ts";
import type { PayoutLedger } from "../store/payout-ledger.ts";
import { dispatchPayout } from "./dispatch-payout.ts";
import type { DispatchPayoutDeps, ToDispatch } from "./dispatch-payout.ts";

export interface DispatchDeps extends DispatchPayoutDeps {
  readonly ledger: Pick<PayoutLedger, "readToSend">;
  /** A gate for payouts of these batches, and of none. */
  readonly gate: (batchIds: readonly string[]) => Gate;
  /** Fingerprint of the API operator in force; null when none is configured. */
  readonly initiator: () => Promise<string | null>;
  readonly prove: ProveLane;
}

/** The longest that one payout takes: its turn, its call and the writes around it. */
const NEEDED_MS = 50_000;

type Found = Omit<ToDispatch, "times"> | null;

/** Reads what is to be sent. A payout that can't be read is missing from the answer; the others are there. */
const read = async (deps: DispatchDeps, ids: readonly string[]): Promise<ReadonlyMap<string, Found>> => {
  const readSome = async (some: readonly string[]): Promise<readonly [string, Found][]> => {
    const found = await deps.ledger.readToSend(some);
    return some.map((id, place) => [id, found[place] ?? null]);
  };
  const readOne = async (id: string): Promise<readonly [string, Found][]> => {
    try {
      return await readSome([id]);
    } catch (fault) {
      deps.log.error("payout.item_failed", { transaction: id }, fault);
      return [];
    }
  };
  try {
    return new Map(await readSome(ids));
  } catch {
    return new Map((await Promise.all(ids.map(readOne))).flat());
  }
};

const dispatchAll = async (
  deps: DispatchDeps,
  queued: readonly ToDispatch[],
  requestId: string,
): Promise<ReadonlyMap<string, Verdict>> => {
  const [first] = queued;
  if (first === undefined) return new Map();
  const initiator = await deps.initiator();
  const gate = deps.gate(batchesOf(queued.map(({ payout }) => payout)));
  let proving: Promise<unknown> | undefined;
  const prove = (): Promise<unknown> => (proving ??= deps.prove(first.payout.shortcode));
  const one = dispatchPayout(deps);
  const run = { requestId, gate, initiator, prove };
  const verdicts = queued.map(async (item): Promise<[string, Verdict]> => [item.payout.id, await one(run, item)]);
  return new Map(await Promise.all(verdicts));
};

/** One delivery of at most ten messages. */
export const dispatchPayouts =
  (deps: DispatchDeps) =>
  async (
    messages: readonly Delivered<PayoutMessage>[],
    { requestId, remainingMs }: ScheduledRun,
  ): Promise<readonly Verdict[]> => {
    if (remainingMs() < NEEDED_MS) return messages.map(() => ({ verdict: "again", afterSeconds: 1 }));
    const times = new Map(messages.map((each) => [each.message.payout, each.times]));
    const found = await read(deps, [...times.keys()]);
    const queued = [...found.values()].flatMap((item) =>
      item?.payout.state === "queued" ? [{ ...item, times: times.get(item.payout.id) ?? 1 }] : [],
    );
    const verdicts = await dispatchAll(deps, queued, requestId);
    // What is there and not queued is somebody else's by now: it was sent, cancelled or settled.
    return messages.map(({ message: { payout } }) =>
      found.has(payout) ? (verdicts.get(payout) ?? { verdict: "done" }) : { verdict: "failed" },
    );
  };

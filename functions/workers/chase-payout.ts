/**
 * One payout that went silent, in the sweep's hands: its message is sent again, M-PESA is asked about it, or it is sent
 * once more under the same name. What must stay true: it is sent again only when the rules say so and its batch still
 * runs; a question counts only when it left; nobody fails a payout because nobody answered.
 */
import type { Clock } from "../domain/clock.ts";
import { firstSentAt, maySendAgain, nextPayoutCheck, SENDER_GONE_MS } from "../domain/payout-schedule.ts";
import type { Payout, PayoutFinding } from "../domain/payout.ts";
import type { AskStatus } from "../payouts/ask-status.ts";
import { batchesOf } from "../payouts/gate.ts";
import type { Gate } from "../payouts/gate.ts";
import type { RecordPayout } from "../payouts/record-payout.ts";
import type { SendPayout } from "../payouts/send-payout.ts";
import type { Log } from "../runtime/logger.ts";
import type { Queue } from "../runtime/queue.ts";
import type { PayoutLedger } from "../store/payout-ledger.ts";

export interface ChaseDeps {
  readonly payouts: Pick<PayoutLedger, "postpone" | "readToSend">;
  readonly record: RecordPayout;
  readonly send: SendPayout;
  /** A gate for payouts of these batches, and of none. */
  readonly gate: (batchIds: readonly string[]) => Gate;
  readonly askStatus: AskStatus;
  readonly payoutQueue: Queue;
  readonly clock: Clock;
  readonly log: Log;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** How often the sweep runs. */
  readonly intervalMs: () => number;
}

/** What a run knows that all its payouts share. */
export interface Chase {
  readonly requestId: string;
  /** Whether questions may be asked at all; has the credential proven where it has to be. */
  readonly mayAsk: () => Promise<boolean>;
}

export type Chased = "queued" | "asked" | "sent_again" | "postponed" | "overdue" | "failed";

/** Intervals until the next look at a batch's row that waits to be sent. */
const ROW_INTERVALS = 16;
/** Whoever tried to send it less than this ago has its message, and will be given it again. */
const BEING_TRIED_MS = 180_000;

type Due = Payout & { readonly check: NonNullable<Payout["check"]> };

const isDue = (payout: Payout): payout is Due => payout.check !== null;

const found = (deps: ChaseDeps, id: string, what: { finding: PayoutFinding; requestId: string }) =>
  deps.record(id, {
    ...what.finding,
    source: "sweep",
    at: deps.clock.now(),
    by: "sweep",
    requestId: what.requestId,
    raw: null,
  });

/** Arranges the next look after `attempt` questions; the last one has it handed to a person. */
const postpone = async (
  deps: ChaseDeps,
  payout: Due,
  next: { readonly attempt: number; readonly requestId: string },
): Promise<"postponed" | "overdue"> => {
  const { id, check, createdAt, state } = payout;
  const { attempt, requestId } = next;
  const now = deps.clock.now();
  const since = firstSentAt(payout) ?? createdAt;
  const when = { since, queued: state === "queued", attempt, now };
  const at = nextPayoutCheck({ ...when, intervalMs: deps.intervalMs(), jitter: deps.random() });
  if (at === null) {
    await found(deps, id, { finding: { finding: "overdue" }, requestId });
    return "overdue";
  }
  await deps.payouts.postpone(id, check, { at, attempt });
  return "postponed";
};

/** Nobody has sent it yet: its message got lost, or the lane was halted when it came. */
const chaseQueued = async (deps: ChaseDeps, payout: Due, requestId: string): Promise<Chased> => {
  const { id, check, batch, attempts, updatedAt } = payout;
  const now = deps.clock.now();
  const isTried = attempts > 0 && now - updatedAt < BEING_TRIED_MS;
  if (!isTried) await deps.payoutQueue.send([{ payout: id }]);
  // A batch may rest for weeks, and hands on all that is queued when it goes on: its rows wait with it.
  if (batch !== null) {
    const at = now + deps.intervalMs() * ROW_INTERVALS;
    await deps.payouts.postpone(id, check, { at, attempt: check.attempt });
  } else if ((await postpone(deps, payout, { attempt: 0, requestId })) === "overdue") return "overdue";
  return isTried ? "postponed" : "queued";
};

/** Once more under the same name; null when it did not leave. */
const sendAgain = async (deps: ChaseDeps, payout: Due, requestId: string): Promise<Chased | null> => {
  const [toSend] = await deps.payouts.readToSend([payout.id]);
  if (!toSend || !maySendAgain(toSend.payout, deps.clock.now())) return null;
  const gate = deps.gate(batchesOf([toSend.payout]));
  const { sent } = await deps.send({ ...toSend, gate, how: "again", by: "sweep", requestId });
  return sent === "yes" ? "sent_again" : null;
};

/** Asks how it ended. A question that could not leave does not count. */
const askAbout = async (deps: ChaseDeps, { requestId, mayAsk }: Chase, payout: Due): Promise<Chased> => {
  const asked = (await mayAsk()) && (await deps.askStatus(payout));
  const attempt = payout.check.attempt + (asked ? 1 : 0);
  const next = await postpone(deps, payout, { attempt, requestId });
  return asked && next === "postponed" ? "asked" : next;
};

/** Its sender may still be at it: nothing is known before that is over. */
const awaitSender = async (deps: ChaseDeps, { id, check, sentAt }: Due): Promise<Chased | null> => {
  const over = (sentAt ?? 0) + SENDER_GONE_MS;
  if (deps.clock.now() >= over) return null;
  await deps.payouts.postpone(id, check, { at: over, attempt: check.attempt });
  return "postponed";
};

const chase = async (deps: ChaseDeps, run: Chase, seen: Due): Promise<Chased> => {
  const { requestId } = run;
  if (seen.state === "queued") return chaseQueued(deps, seen, requestId);
  if (seen.state !== "sending") {
    const again = maySendAgain(seen, deps.clock.now()) ? await sendAgain(deps, seen, requestId) : null;
    return again ?? askAbout(deps, run, seen);
  }
  const waiting = await awaitSender(deps, seen);
  if (waiting !== null) return waiting;
  await found(deps, seen.id, { finding: { finding: "unknown", because: "its sender did not finish" }, requestId });
  return askAbout(deps, run, seen);
};

/** Deals with one payout that is due. Never rejects: what failed stays due. */
export const chasePayout =
  (deps: ChaseDeps) =>
  async (run: Chase, payout: Payout): Promise<Chased> => {
    try {
      return isDue(payout) ? await chase(deps, run, payout) : "postponed";
    } catch (fault) {
      deps.log.error("sweep.item_failed", { transaction: payout.id }, fault);
      return "failed";
    }
  };

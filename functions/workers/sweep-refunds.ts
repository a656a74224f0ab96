/**
 * The refunds' sweep: on the clock, sends what could not leave yet and asks about refunds that went silent. What must
 * stay true: only a refund that M-PESA has surely never heard of is sent; nobody fails a refund because nobody answered;
 * what can't be asked about is handed to a person in time.
 */
import type { Clock } from "../domain/clock.ts";
import { nextPayoutCheck, SENDER_GONE_MS } from "../domain/payout-schedule.ts";
import { isUnsent } from "../domain/refund-rules.ts";
import type { Refund, RefundFinding } from "../domain/refund.ts";
import type { ProveLane } from "../payouts/prove-lane.ts";
import type { AskRefund } from "../refunds/ask-refund.ts";
import type { RecordRefund } from "../refunds/record-refund.ts";
import type { SendRefund } from "../refunds/send-refund.ts";
import type { Log } from "../runtime/logger.ts";
import type { ScheduledRun } from "../runtime/schedule.ts";
import type { RefundLedger } from "../store/refund-ledger.ts";
import { walkDue } from "./walk-due.ts";
import type { WalkEnd } from "./walk-due.ts";

export interface SweepRefundsDeps {
  readonly refunds: Pick<RefundLedger, "due" | "postpone">;
  readonly record: RecordRefund;
  readonly send: SendRefund;
  readonly askRefund: AskRefund;
  /** Has a credential proven that M-PESA has not accepted yet; does nothing where there is none to prove. */
  readonly prove: ProveLane;
  readonly shortcode: () => Promise<string>;
  readonly shards: number;
  /** How many refunds may wait for their slots at once. */
  readonly atOnce: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** How often the sweep runs. */
  readonly intervalMs: () => number;
}

export type SweptRefund = "sent" | "asked" | "postponed" | "overdue" | "failed";

export interface RefundSweepReport extends Readonly<Record<SweptRefund, number>> {
  readonly ended: WalkEnd;
}

/** Sending, with its slot and the writes around it, ends within this. */
const MARGIN_MS = 60_000;

type Due = Refund & { readonly check: NonNullable<Refund["check"]> };

const isDue = (refund: Refund): refund is Due => refund.check !== null;

const found = async (deps: SweepRefundsDeps, id: string, what: { finding: RefundFinding; requestId: string }) => {
  const { finding, requestId } = what;
  await deps.record(id, { ...finding, source: "sweep", at: deps.clock.now(), by: "sweep", requestId, raw: null });
};

/** When to look next after `attempt` questions; null when it is overdue. */
const nextLook = (deps: SweepRefundsDeps, refund: Due, attempt: number): number | null =>
  nextPayoutCheck({
    since: refund.sentAt ?? refund.createdAt,
    queued: isUnsent(refund),
    attempt,
    now: deps.clock.now(),
    intervalMs: deps.intervalMs(),
    jitter: deps.random(),
  });

const overdue = async (deps: SweepRefundsDeps, { id }: Due, requestId: string): Promise<"overdue"> => {
  await found(deps, id, { finding: { finding: "overdue" }, requestId });
  return "overdue";
};

/** The lane was halted when it was asked for, or its credential unproven, or Daraja took nothing. */
const sendLate = async (deps: SweepRefundsDeps, refund: Due, requestId: string): Promise<SweptRefund> => {
  const at = nextLook(deps, refund, 0);
  if (at === null) return overdue(deps, refund, requestId);
  const sending = await deps.send({ refund, by: "sweep", requestId });
  if (sending.sent === "yes") return "sent";
  if (sending.because === "prove") await deps.prove(await deps.shortcode());
  // One that was turned away has its next look by its claim, and this changes nothing.
  await deps.refunds.postpone(refund.id, refund.check, { at, attempt: 0 });
  return "postponed";
};

/**
 * Asks how it ended. A question that could not leave does not count; the last one has it handed to a person. Where it could
 * not leave for want of a proven credential, nobody else may be there to have it proven.
 */
const askAbout = async (deps: SweepRefundsDeps, refund: Due, requestId: string): Promise<SweptRefund> => {
  const asked = await deps.askRefund(refund);
  const attempt = refund.check.attempt + (asked ? 1 : 0);
  const at = nextLook(deps, refund, attempt);
  if (at === null) return overdue(deps, refund, requestId);
  await deps.refunds.postpone(refund.id, refund.check, { at, attempt });
  if (asked) return "asked";
  await deps.prove(await deps.shortcode());
  return "postponed";
};

const chase = async (deps: SweepRefundsDeps, refund: Due, requestId: string): Promise<SweptRefund> => {
  if (isUnsent(refund)) return sendLate(deps, refund, requestId);
  if (refund.state !== "initiated") return askAbout(deps, refund, requestId);
  // Its sender may still be at it: nothing is known before that is over.
  const over = (refund.sentAt ?? 0) + SENDER_GONE_MS;
  if (deps.clock.now() < over) {
    await deps.refunds.postpone(refund.id, refund.check, { at: over, attempt: refund.check.attempt });
    return "postponed";
  }
  await found(deps, refund.id, { finding: { finding: "unknown", because: "its sender did not finish" }, requestId });
  return askAbout(deps, refund, requestId);
};

/** Deals with one refund that is due. Never rejects: what failed stays due. */
const chased = async (deps: SweepRefundsDeps, refund: Refund, requestId: string): Promise<SweptRefund> => {
  try {
    return isDue(refund) ? await chase(deps, refund, requestId) : "postponed";
  } catch (fault) {
    deps.log.error("sweep.item_failed", { transaction: refund.id }, fault);
    return "failed";
  }
};

/** One sweep of the refunds. */
export const sweepRefunds =
  (deps: SweepRefundsDeps) =>
  async ({ requestId, remainingMs }: ScheduledRun): Promise<RefundSweepReport> => {
    const until = deps.clock.now();
    const counts: Record<SweptRefund, number> = { sent: 0, asked: 0, postponed: 0, overdue: 0, failed: 0 };
    const ended = await walkDue<Refund>({
      shards: deps.shards,
      page: async (shard, after) => {
        const { refunds: items, ...page } = await deps.refunds.due(until, shard, { limit: deps.atOnce, after });
        return { items, ...page };
      },
      each: async (refund) => void (counts[await chased(deps, refund, requestId)] += 1),
      onUnreadable: (id) => {
        deps.log.error("sweep.item_failed", { transaction: id, because: "unreadable" });
        counts.failed += 1;
      },
      hasTime: () => remainingMs() > MARGIN_MS,
    });
    const report = { ...counts, ended };
    deps.log.info("sweep.refunds_done", { ...report });
    return report;
  };

/**
 * The sweep: on the clock, asks Daraja about payments that have been silent for too long. What must stay true: it never
 * outruns the query lane or its own time; what it does not get to stays due; a payment is never failed because nobody
 * answered, only handed to a person as overdue once the last question has been asked.
 */
import type { Clock } from "../domain/clock.ts";
import { nextCheck } from "../domain/check-schedule.ts";
import type { AskAbout } from "../payments/ask-about.ts";
import type { RecordEvidence } from "../payments/record-evidence.ts";
import type { ScheduledRun } from "../runtime/schedule.ts";
import type { Log } from "../runtime/logger.ts";
import type { Measure } from "../runtime/metrics.ts";
import type { DueCheck, Ledger } from "../store/ledger.ts";
import { measureAges } from "./measure-ages.ts";
import { walkDue } from "./walk-due.ts";
import type { WalkEnd } from "./walk-due.ts";

export interface SweepDeps {
  readonly ledger: Pick<Ledger, "due" | "postpone">;
  readonly ask: AskAbout;
  readonly record: RecordEvidence;
  readonly clock: Clock;
  readonly log: Log;
  readonly measure: Measure;
  /** A random number in [0, 1). */
  readonly random: () => number;
  readonly intervalMs: () => number;
  readonly shards: number;
  /** How many questions may wait for their slots at once. */
  readonly atOnce: number;
}

export interface SweepReport {
  readonly asked: number;
  readonly told: number;
  readonly postponed: number;
  readonly overdue: number;
  readonly failed: number;
  readonly ended: WalkEnd;
}

/** The slowest question (a query's timeout, its slot and a write) ends within this. */
const MARGIN_MS = 30_000;

type Step = "told" | "postponed" | "overdue" | "failed";

const settle = async (deps: SweepDeps, check: DueCheck, requestId: string): Promise<Step> => {
  const { id, checkoutId, at, attempt, createdAt } = check;
  if (checkoutId !== null) {
    const answer = await deps.ask({ paymentId: id, checkoutId, by: "sweep", requestId });
    if (answer.asked === "told" && answer.outcome.recorded === "changed") return "told";
  }
  const now = deps.clock.now();
  const asked = attempt + 1;
  const next = nextCheck({ createdAt, attempt: asked, now, intervalMs: deps.intervalMs(), jitter: deps.random() });
  if (next !== null) {
    await deps.ledger.postpone(id, { at, attempt }, { at: next, attempt: asked });
    return "postponed";
  }
  await deps.record(id, { finding: "overdue", source: "sweep", at: now, by: "sweep", requestId, raw: null });
  return "overdue";
};

const safely = async (deps: SweepDeps, check: DueCheck, requestId: string): Promise<Step> => {
  try {
    return await settle(deps, check, requestId);
  } catch (fault) {
    deps.log.error("sweep.item_failed", { transaction: check.id }, fault);
    return "failed";
  }
};

/** One sweep over everything that is due, the longest silent first. */
export const sweep =
  (deps: SweepDeps) =>
  async ({ requestId, remainingMs }: ScheduledRun): Promise<SweepReport> => {
    const until = deps.clock.now();
    const counts = { told: 0, postponed: 0, overdue: 0, failed: 0 };
    const ages: number[] = [];
    const note = (step: Step): void => void (counts[step] += 1);
    const ended = await walkDue<DueCheck>({
      shards: deps.shards,
      page: async (shard, after) => {
        const { checks: items, ...page } = await deps.ledger.due(until, shard, { limit: deps.atOnce, after });
        return { items, ...page };
      },
      each: async (check) => {
        const step = await safely(deps, check, requestId);
        note(step);
        if (step === "postponed") ages.push(deps.clock.now() - check.createdAt);
      },
      onUnreadable: (id) => {
        deps.log.error("sweep.item_failed", { transaction: id, because: "unreadable" });
        note("failed");
      },
      hasTime: () => remainingMs() > MARGIN_MS,
    });
    const asked = counts.told + counts.postponed + counts.overdue + counts.failed;
    const report: SweepReport = { asked, ...counts, ended };
    deps.log.info("sweep.done", { ...report });
    measureAges(deps, "PaymentUnknownAge", ages);
    return report;
  };

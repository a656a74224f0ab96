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
import type { DueCheck, DuePage, DuePlace, Ledger } from "../store/ledger.ts";

export interface SweepDeps {
  readonly ledger: Pick<Ledger, "due" | "postpone">;
  readonly ask: AskAbout;
  readonly record: RecordEvidence;
  readonly clock: Clock;
  readonly log: Log;
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
  /** Why it ended: nothing left that is due, or no time left. */
  readonly ended: "done" | "out_of_time";
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

/** Everything due in one shard, page after page, for as long as there is time; true when it got to the end. */
const sweepShard = async (
  deps: SweepDeps,
  run: { readonly shard: number; readonly until: number; readonly requestId: string; readonly hasTime: () => boolean },
  note: (step: Step) => void,
): Promise<boolean> => {
  let after: DuePlace | null = null;
  do {
    if (!run.hasTime()) return false;
    const page: DuePage = await deps.ledger.due(run.until, run.shard, { limit: deps.atOnce, after });
    for (const id of page.unreadable) {
      deps.log.error("sweep.item_failed", { transaction: id, because: "unreadable" });
      note("failed");
    }
    const steps = await Promise.all(page.checks.map((check) => safely(deps, check, run.requestId)));
    steps.forEach(note);
    after = page.next;
  } while (after !== null);
  return true;
};

/** One sweep over everything that is due, the longest silent first. */
export const sweep =
  (deps: SweepDeps) =>
  async ({ requestId, remainingMs }: ScheduledRun): Promise<SweepReport> => {
    const until = deps.clock.now();
    const counts = { told: 0, postponed: 0, overdue: 0, failed: 0 };
    const note = (step: Step): void => void (counts[step] += 1);
    const hasTime = (): boolean => remainingMs() > MARGIN_MS;
    let shard = 0;
    while (shard < deps.shards && (await sweepShard(deps, { shard, until, requestId, hasTime }, note))) shard += 1;
    const asked = counts.told + counts.postponed + counts.overdue + counts.failed;
    const report: SweepReport = { asked, ...counts, ended: shard < deps.shards ? "out_of_time" : "done" };
    deps.log.info("sweep.done", { ...report });
    return report;
  };

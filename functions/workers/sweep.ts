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
import type { DueCheck, Ledger } from "../store/ledger.ts";

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
/** A look ahead past this many payments that this sweep can't deal with ends the shard. */
const MAX_PAGE = 1_000;

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

/**
 * The next payments of a shard that this sweep has not seen. The index may still show what was just dealt with, and
 * what failed stays due, so the page grows by as many as it has to skip.
 */
const nextDue = async (
  deps: SweepDeps,
  from: { shard: number; until: number; seen: ReadonlySet<string> },
): Promise<readonly DueCheck[]> => {
  for (let limit = deps.atOnce; limit <= MAX_PAGE; limit *= 2) {
    const due = await deps.ledger.due(from.until, from.shard, limit);
    const fresh = due.filter(({ id }) => !from.seen.has(id)).slice(0, deps.atOnce);
    if (fresh.length > 0 || due.length < limit) return fresh;
  }
  return [];
};

/** One sweep over everything that is due, the longest silent first. */
export const sweep =
  (deps: SweepDeps) =>
  async ({ requestId, remainingMs }: ScheduledRun): Promise<SweepReport> => {
    const until = deps.clock.now();
    const counts = { told: 0, postponed: 0, overdue: 0, failed: 0 };
    const seen = new Set<string>();
    const hasTime = (): boolean => remainingMs() > MARGIN_MS;
    let shard = 0;
    while (shard < deps.shards && hasTime()) {
      const due = await nextDue(deps, { shard, until, seen });
      if (due.length === 0) shard += 1;
      for (const { id } of due) seen.add(id);
      const steps = await Promise.all(due.map((check) => safely(deps, check, requestId)));
      for (const step of steps) counts[step] += 1;
    }
    const report: SweepReport = { asked: seen.size, ...counts, ended: shard < deps.shards ? "out_of_time" : "done" };
    deps.log.info("sweep.done", { ...report });
    return report;
  };

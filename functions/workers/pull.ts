/**
 * The pull: on the clock, asks M-PESA for the payments that no callback told. What must stay true: it goes on from what
 * was pulled completely, with an overlap, and marks a span as pulled only when it was; a run that fails or dies is
 * repeated by the next, with the whole gap; what no pull can reach any more is said, never passed over.
 */
import { nextPull, spansOf } from "../daraja/pull-window.ts";
import type { PullWindow } from "../daraja/pull-window.ts";
import type { Clock } from "../domain/clock.ts";
import { utcIso } from "../domain/time.ts";
import type { PullCounts, PullRun, PullSpan, SpanEnd } from "../payments/pull-window.ts";
import type { Log } from "../runtime/logger.ts";
import type { Count } from "../runtime/metrics.ts";
import type { ScheduledRun } from "../runtime/schedule.ts";
import type { PullBook, PullProgress } from "../store/pull-progress.ts";

export interface PullDeps {
  readonly book: PullBook;
  readonly pull: PullSpan;
  /** Whose payments are pulled, and what customers pay to, which for a till is another number. */
  readonly merchant: () => Promise<{ readonly shortcode: string; readonly receiver: string }>;
  readonly clock: Clock;
  readonly log: Log;
  readonly count: Count;
}

/** `overtaken`: another run got further meanwhile, and this one left the rest to it. */
export type PullEnding = "done" | "failed" | "held" | "out_of_time" | "overtaken";

export interface PullReport extends PullCounts {
  readonly ended: PullEnding;
  /** Everything until then was pulled, as a time in UTC; null when nothing ever was. */
  readonly pulled_until: string | null;
}

/** The slowest step (one call with its slot and its second try, and the rows it brings) ends within this. */
const MARGIN_MS = 120_000;

/** No failure while a run gets further than the one before; the next goes on from there. */
const OUT_OF_TIME = "the run's time ended before the pull did";

const instant = (at: number | null): string | null => (at === null ? null : utcIso(at));

/** Sounds the alarm that the end of a span calls for; gives what is kept as the reason. */
const tellOf = ({ log, count }: PullDeps, end: SpanEnd, span: PullWindow): string | null => {
  const facts = { from: utcIso(span.from), until: utcIso(span.until) };
  switch (end.ended) {
    case "pulled":
    case "out_of_time":
      return null;
    case "failed":
      log.error("pull.failed", { ...facts, because: end.because });
      count("PullFailed");
      return end.because;
    case "not_kept":
      log.error("pull.failed", { ...facts, because: "rows could not be put on the ledger", rows: end.rows });
      count("PullFailed");
      return "rows could not be put on the ledger";
    case "says_nothing":
      log.error("pull.says_nothing", { ...facts, transaction: end.paymentId });
      count("PullSaysNothing");
      return `M-PESA shows no payment, although ${end.paymentId} was paid in that span`;
  }
};

/** One run's walk through the spans of its window. */
interface Walk {
  readonly shortcode: string;
  readonly spans: readonly PullWindow[];
  readonly gap: PullWindow | null;
  progress: PullProgress;
  /** Why the spans before are not all pulled; nothing is marked any more then. */
  heldBecause: string | null;
  readonly counts: Record<keyof PullCounts, number>;
}

/** Marks a span as pulled; false when another run was faster. */
const mark = async (deps: PullDeps, walk: Walk, span: PullWindow): Promise<boolean> => {
  const { progress, gap, shortcode, spans } = walk;
  if (progress.pulledUntil !== null && span.until <= progress.pulledUntil) return true;
  const isNew = gap !== null && !progress.lost.some(({ from }) => from === gap.from);
  const to = { pulledUntil: span.until, lost: isNew ? gap : null, caughtUp: span === spans.at(-1) };
  const next = await deps.book.advance(shortcode, progress, to);
  if (next === null) return false;
  walk.progress = next;
  return true;
};

const walkSpans = async (deps: PullDeps, walk: Walk, run: PullRun): Promise<PullEnding> => {
  for (const span of walk.spans) {
    if (!run.hasTime()) return "out_of_time";
    const { end, counts } = await deps.pull(span, run);
    for (const what of ["opened", "recognised", "known", "unreadable", "again"] as const)
      walk.counts[what] += counts[what];
    const because = tellOf(deps, end, span);
    walk.heldBecause ??= because;
    if (end.ended === "failed" || end.ended === "out_of_time") return end.ended;
    // What follows is pulled all the same: later payments need not wait for what is wrong with earlier ones.
    if (walk.heldBecause !== null) continue;
    if (!(await mark(deps, walk, span))) return "overtaken";
  }
  return walk.heldBecause === null ? "done" : "held";
};

/** One run. Rejects only when our own tables can't be reached, so that it is repeated. */
export const pull =
  (deps: PullDeps) =>
  async ({ requestId, remainingMs }: ScheduledRun): Promise<PullReport> => {
    const { shortcode, receiver } = await deps.merchant();
    const now = deps.clock.now();
    const begun = await deps.book.read(shortcode);
    const { window, gap } = nextPull(now, begun.pulledUntil);
    if (gap !== null) {
      deps.log.error("pull.gap", { from: utcIso(gap.from), until: utcIso(gap.until) });
      deps.count("PullGap");
    }
    const walk: Walk = {
      shortcode,
      spans: spansOf(window),
      gap,
      progress: begun,
      heldBecause: null,
      counts: { opened: 0, recognised: 0, known: 0, unreadable: 0, again: 0 },
    };
    const run = { receiver, requestId, hasTime: () => remainingMs() > MARGIN_MS };
    const ended = await walkSpans(deps, walk, run);
    const because = walk.heldBecause ?? (ended === "out_of_time" ? OUT_OF_TIME : null);
    if (because !== null) await deps.book.failed(shortcode, { at: now, because });
    if (because === OUT_OF_TIME && walk.progress.pulledUntil === begun.pulledUntil) {
      deps.log.error("pull.failed", { because });
      deps.count("PullFailed");
    }
    const report: PullReport = { ...walk.counts, ended, pulled_until: instant(walk.progress.pulledUntil) };
    deps.log.info("pull.done", { ...report });
    return report;
  };

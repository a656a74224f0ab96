/**
 * Pulls one span of time and puts every payment of it on the ledger. What must stay true: a span counts as pulled only
 * when M-PESA has shown its end and every row of it is kept; silence where the ledger knows of a payment is no answer;
 * what came before a failure is kept all the same.
 *
 * Spans overlap, so most rows of a pull were pulled before. A process remembers which it has kept and does not put them
 * on the ledger again; what it has forgotten the ledger knows by its receipt.
 */
import type { PullDaraja } from "../daraja/pull-client.ts";
import { pullPages } from "../daraja/pull-pages.ts";
import type { PullPage } from "../daraja/pull-pages.ts";
import { momentOf } from "../daraja/pull-payment.ts";
import type { PulledPayment, UnreadablePull } from "../daraja/pull-payment.ts";
import type { PullWindow } from "../daraja/pull-window.ts";
import type { Clock } from "../domain/clock.ts";
import type { RecordTold, ToldOutcome, ToldPayment } from "../domain/told-payment.ts";
import type { Log } from "../runtime/logger.ts";
import type { KnowsPaid } from "./pull-window-known.ts";
import type { KeepUnreadable } from "./pull-window-unreadable.ts";

export interface PullWindowDeps {
  readonly daraja: Pick<PullDaraja, "page">;
  readonly record: RecordTold;
  readonly keepUnreadable: KeepUnreadable;
  readonly knowsPaid: KnowsPaid;
  readonly clock: Clock;
  readonly log: Log;
}

export interface PullRun {
  /** What customers pay to: the paybill or the till. */
  readonly receiver: string;
  readonly requestId: string;
  readonly hasTime: () => boolean;
}

/** How many rows came and what the ledger made of them; `again` were kept by this process before. */
export type PullCounts = Readonly<Record<ToldOutcome["told"] | "unreadable" | "again", number>>;

export type SpanEnd =
  | { readonly ended: "pulled" }
  /** Daraja did not tell all of it: whatever comes after it is not worth asking for now. */
  | { readonly ended: "failed"; readonly because: string }
  /** Some rows could not be put on the ledger; the others are. */
  | { readonly ended: "not_kept"; readonly rows: number }
  /** M-PESA showed nothing, although the ledger knows of `paymentId`. */
  | { readonly ended: "says_nothing"; readonly paymentId: string }
  | { readonly ended: "out_of_time" };

export type PullSpan = (
  span: PullWindow,
  run: PullRun,
) => Promise<{ readonly end: SpanEnd; readonly counts: PullCounts }>;

/** Rows that are put on the ledger at the same time. */
const AT_ONCE = 10;
/** Rows that a process remembers: the payments of some busy hours, a few megabytes. */
const MOST_REMEMBERED = 20_000;

/** When it was paid, as far as is known to somebody who heard of it at `at`. */
const timeOf = ({ time }: PulledPayment, at: number): Pick<ToldPayment, "paidAt" | "mayBePaidAt"> => {
  const paidAt = time === null ? null : momentOf(time, at);
  return time === null || paidAt !== null ? { paidAt } : { paidAt, mayBePaidAt: [time.asNairobi, time.asUtc] };
};

const told = (payment: PulledPayment, { receiver, requestId }: PullRun, at: number): ToldPayment => ({
  source: "pull",
  receipt: payment.receipt,
  amount: payment.amount,
  shortcode: receiver,
  reference: payment.reference,
  payer: payment.payer,
  ...timeOf(payment, at),
  at,
  by: "safaricom",
  requestId,
  raw: payment.raw,
});

/** One row on its way to the ledger: which text it is, and how it gets there. */
interface Keeping {
  readonly raw: string;
  readonly keep: () => Promise<ToldOutcome["told"] | "unreadable">;
}

const keepingsOf = (deps: PullWindowDeps, page: PullPage, run: PullRun): readonly Keeping[] => {
  const at = deps.clock.now();
  const brought = { at, by: "safaricom", requestId: run.requestId };
  const ofPayment = (payment: PulledPayment): Keeping => ({
    raw: payment.raw,
    keep: async () => (await deps.record(told(payment, run, at))).told,
  });
  const ofRow = (row: UnreadablePull): Keeping => ({
    raw: row.raw,
    keep: async () => {
      await deps.keepUnreadable(row, brought);
      return "unreadable";
    },
  });
  return [...page.payments.map(ofPayment), ...page.unreadable.map(ofRow)];
};

/** Puts rows on the ledger, and remembers which are there. */
const createKeeper = (deps: PullWindowDeps) => {
  const remembered = new Set<string>();

  const keep = async ({ raw, keep: put }: Keeping): Promise<keyof PullCounts | "not_kept"> => {
    if (remembered.has(raw)) return "again";
    try {
      const outcome = await put();
      if (remembered.size >= MOST_REMEMBERED) remembered.clear();
      remembered.add(raw);
      return outcome;
    } catch (fault) {
      deps.log.error("pull.row_not_kept", {}, fault);
      return "not_kept";
    }
  };

  return async (page: PullPage, run: PullRun, note: (what: keyof PullCounts | "not_kept") => void): Promise<void> => {
    const waiting = keepingsOf(deps, page, run).values();
    const worker = async (): Promise<void> => {
      for (const keeping of waiting) note(await keep(keeping));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  };
};

/** Rejects only when the ledger could not be asked what it knows. */
export const pullWindow = (deps: PullWindowDeps): PullSpan => {
  const keepPage = createKeeper(deps);

  const walk = async (span: PullWindow, run: PullRun, note: (what: keyof PullCounts | "not_kept") => void) => {
    for await (const step of pullPages(deps.daraja, span)) {
      if (step.step === "end") return step;
      await keepPage(step, run, note);
      if (!run.hasTime()) return null;
    }
    return null;
  };

  return async (span, run) => {
    const counts = { opened: 0, recognised: 0, known: 0, unreadable: 0, again: 0, not_kept: 0 };
    const end = await walk(span, run, (what) => void (counts[what] += 1));
    const { not_kept: lost, ...kept } = counts;
    const ends = (how: SpanEnd) => ({ end: how, counts: kept });
    if (end === null) return ends({ ended: "out_of_time" });
    if (!end.complete) return ends({ ended: "failed", because: end.because });
    if (lost > 0) return ends({ ended: "not_kept", rows: lost });
    const cameNothing = Object.values(kept).every((rows) => rows === 0);
    const known = cameNothing ? await deps.knowsPaid(span) : null;
    return ends(known === null ? { ended: "pulled" } : { ended: "says_nothing", paymentId: known });
  };
};

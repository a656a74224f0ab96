/**
 * An exception: something a person should look at, and what people did about it. Owner, notes and ending stand nowhere
 * but in its history, which is chained like a transaction's: what is shown of it is what was done, and by whom.
 */
import { AGE_BUCKETS, ENDINGS } from "./exception-states.ts";
import type { AgeBucket, Ending, ExceptionStatus } from "./exception-states.ts";
import type { HistoryEntry } from "./history.ts";
import type { ExceptionKind } from "./payment-states.ts";

/** One per transaction (or line of a statement) and kind, however often it happens. */
export interface Exception {
  readonly id: string;
  readonly storefront: string;
  /** Null for what is about no transaction of ours: a line that the ledger lacks, a row that nobody can read. */
  readonly transactionId: string | null;
  readonly kind: ExceptionKind;
  readonly status: ExceptionStatus;
  /** First and latest time it happened, epoch milliseconds, and how often. */
  readonly openedAt: number;
  readonly lastAt: number;
  readonly times: number;
  /** Grows by one with every write; 0 for one that was kept before exceptions had a history. */
  readonly version: number;
  readonly history: readonly HistoryEntry[];
  /** The last digest, as the item carries it: what `verifyChain` compares with; null when there is no history. */
  readonly head: string | null;
}

/** How it ended, in whose words. */
export interface Ended {
  readonly how: Ending;
  readonly note: string;
  readonly by: string;
  readonly at: number;
}

type Told = Pick<Exception, "history">;

const textOf = (entry: HistoryEntry | undefined, fact: string): string | null => {
  const value = entry?.facts[fact];
  return typeof value === "string" ? value : null;
};

/** Who looks after it; null when nobody does. */
export const ownerOf = ({ history }: Told): string | null =>
  textOf(
    history.findLast(({ finding }) => finding === "assigned"),
    "owner",
  );

/** What was said about it when it last happened: the statement, row, receipt or amount that it is about. */
export const particularsOf = ({ history }: Told): HistoryEntry["facts"] =>
  history.findLast(({ finding }) => finding === "opened")?.facts ?? {};

/** The receipt that it names; null when it names none. */
export const receiptOf = ({ history }: Told): string | null =>
  textOf(
    history.findLast(({ finding }) => finding === "opened"),
    "receipt",
  );

/** Whether it names another amount than this one, in cents: then what is true of the receipt is not what was told of it. */
export const namesOtherAmount = (exception: Told, amount: number): boolean => {
  const named = particularsOf(exception)["amount_cents"];
  return typeof named === "number" && named !== amount;
};

/** How it ended; null while it is open. */
export const endOf = ({ status, history }: Pick<Exception, "status" | "history">): Ended | null => {
  const entry = status === "resolved" ? history.findLast(({ finding }) => finding === "resolved") : undefined;
  const how = ENDINGS.find((ending) => ending === entry?.facts["resolution"]);
  if (!entry || how === undefined) return null;
  return { how, note: textOf(entry, "note") ?? "", by: entry.by, at: entry.at };
};

const HOUR_MS = 3_600_000;
/** An exception leaves its bucket at this age. */
const ENDS_AT_MS: Readonly<Record<AgeBucket, number>> = {
  under_1_hour: HOUR_MS,
  under_24_hours: 24 * HOUR_MS,
  under_3_days: 72 * HOUR_MS,
  older: Infinity,
};

/** The bucket of what was opened at `openedAt`, as seen at `now`; both epoch milliseconds. */
export const ageBucket = (openedAt: number, now: number): AgeBucket =>
  AGE_BUCKETS.find((bucket) => now - openedAt < ENDS_AT_MS[bucket]) ?? "older";

/** When what is in the bucket at `now` was opened: `from` inclusive, `to` exclusive, null where there is no bound. */
export const openedWithin = (
  bucket: AgeBucket,
  now: number,
): { readonly from: number | null; readonly to: number | null } => {
  const younger = AGE_BUCKETS[AGE_BUCKETS.indexOf(bucket) - 1];
  return {
    from: bucket === "older" ? null : now - ENDS_AT_MS[bucket] + 1,
    to: younger === undefined ? null : now - ENDS_AT_MS[younger] + 1,
  };
};

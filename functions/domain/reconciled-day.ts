/**
 * A day of a shortcode as it was closed: what it stood on, what it came to, and what was learnt about it later. What must
 * stay true: the numbers of the close never change; evidence that comes later is a dated adjustment beside them.
 */
import * as z from "zod";
import { SignedCents } from "./balance.ts";
import { MATCH_EXCEPTION_KINDS, OWN_ACCOUNTS } from "./matching.ts";

/** `statement`: matched with the portal's statement. `daraja`: none was there, and M-PESA's own messages had to do. */
export const DAY_BASES = ["statement", "daraja"] as const;

const Count = z.int().nonnegative();
const At = z.int().nonnegative();
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const MatchExceptionKindName = z.enum(MATCH_EXCEPTION_KINDS);

const DayTally = z.object({ count: Count, amount: SignedCents });
export type DayTally = z.infer<typeof DayTally>;

/** What a day comes to; amounts are below zero for what went out. */
const DayTotals = z.object({
  /** Explained transactions, by what they are. */
  received: DayTally,
  paidOut: DayTally,
  refunded: DayTally,
  /** The statement's lines that are no transactions of the ledger, and need none. */
  charges: DayTally,
  transfers: DayTally,
  withdrawals: DayTally,
  reversals: DayTally,
  /** Lines of the statement that nobody can explain. */
  unexplained: DayTally,
  /** Transactions that the ledger has as done and the statement lacks. */
  unconfirmed: DayTally,
  /** Transactions of the day of which nobody knows yet how they ended, or under which receipt. */
  open: DayTally,
  /** Transactions so close to midnight that the next day's statement may have them. */
  carried: DayTally,
  /** Transactions that the ledger learnt from the statement alone. */
  news: Count,
  exceptions: z.record(MatchExceptionKindName, Count),
});
export type DayTotals = z.infer<typeof DayTotals>;

const DayBalance = z.object({
  account: z.enum(OWN_ACCOUNTS),
  opening: SignedCents.nullable(),
  movements: SignedCents,
  expected: SignedCents.nullable(),
  closing: SignedCents.nullable(),
  difference: SignedCents.nullable(),
  /** Null: nothing was proved, and nothing disproved. */
  holds: z.boolean().nullable(),
});
export type DayBalance = z.infer<typeof DayBalance>;

const DayStatement = z.object({ id: z.string(), account: z.enum(OWN_ACCOUNTS).nullable(), lines: Count });
export type DayStatement = z.infer<typeof DayStatement>;

/** The first exceptions of a day, as its view shows them. */
export const EXCEPTIONS_SHOWN = 50;

const DayExceptionNote = z.object({
  kind: MatchExceptionKindName,
  /** What people work on; empty where so many were found that not all of them were opened. */
  exceptions: z.array(z.string()),
  transactions: z.array(z.string()),
  receipt: z.string().nullable(),
  amount: SignedCents,
  /** What was found, and what to do about it. */
  says: z.string(),
});
export type DayExceptionNote = z.infer<typeof DayExceptionNote>;

/** What a run found: the same evidence gives the same summary, whoever runs it and when. */
const DaySummary = z.object({
  basis: z.enum(DAY_BASES),
  statements: z.array(DayStatement),
  totals: DayTotals,
  balances: z.array(DayBalance),
  exceptions: z.array(DayExceptionNote).max(EXCEPTIONS_SHOWN),
  /** SHA-256 over all that was found. */
  digest: Sha256,
});
export type DaySummary = z.infer<typeof DaySummary>;

/** What evidence that came after the close has changed. */
export const DayAdjustment = z.object({
  at: At,
  /** `statement`: one came, or another one. `evidence`: somebody told of a transaction. */
  because: z.enum(["statement", "evidence"]),
  basis: z.enum(DAY_BASES),
  added: Count,
  removed: Count,
  changed: Count,
  /** Transactions about which it said the same as before. */
  same: Count,
  totals: DayTotals,
  digest: Sha256,
});
export type DayAdjustment = z.infer<typeof DayAdjustment>;

/** The newest adjustments that a day carries itself; all of them are in its report. */
export const ADJUSTMENTS_SHOWN = 40;

const ReconciledDay = z.object({
  shortcode: z.string(),
  /** Nairobi day, `yyyy-MM-dd`. */
  day: z.string(),
  /** Whose shortcode it is. */
  storefront: z.string(),
  /** 1 for the close, and one more with every adjustment. */
  version: z.int().positive(),
  closedAt: At,
  updatedAt: At,
  /** As it was closed; `current` is as things stand. */
  closed: DaySummary,
  current: DaySummary,
  adjustments: z.array(DayAdjustment).max(ADJUSTMENTS_SHOWN),
});
export type ReconciledDay = z.infer<typeof ReconciledDay>;

/** A day as it is kept. Throws for anything else. */
export const readReconciledDay = (value: unknown): ReconciledDay => ReconciledDay.parse(value);

/** How many things a person has to look at. */
export const exceptionCount = ({ totals }: Pick<DaySummary, "totals">): number =>
  Object.values(totals.exceptions).reduce((sum, count) => sum + count, 0);

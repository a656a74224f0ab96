/**
 * One line of the archive: what the ledger took in, in words that can be read and checked without the ledger, years later.
 * What must stay true: a line holds no clear phone number (what was received stays sealed, and opens only with what the ledger has); an
 * entry's fields are exactly those that its digest covers, so anybody can compute it again.
 */
import * as z from "zod";

const Id = z.string().min(1).max(256);
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Sealed = z.base64().nullable();

const Entry = z.strictObject({
  at: z.int(),
  finding: z.string(),
  to: z.string().nullable(),
  source: z.string(),
  by: z.string(),
  requestId: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  exception: z.string().nullable(),
  rawHash: Sha256.nullable(),
  digest: Sha256,
  previous: Sha256.nullable(),
});

/** One entry of a history. */
const EntryLine = z.strictObject({
  kind: z.literal("entry"),
  /** Whose history: a payment's, payout's, batch's, refund's, exception's, ... */
  id: Id,
  /** Its place in the history, from 0. */
  index: z.int().nonnegative(),
  /** The history up to and with this entry, folded into one hash (`chainHead`). */
  chain: Sha256,
  entry: Entry,
  /**
   * What was received, sealed, without the salt that the ledger keeps: null when nothing was, or when it lies in a line of
   * its own.
   */
  sealed: Sealed,
  /** SHA-256 of the same with its salt; null with it. */
  salted: Sha256.nullable(),
});
export type EntryLine = z.infer<typeof EntryLine>;

/** What was received and is kept beside a transaction. */
const EvidenceLine = z.strictObject({
  kind: z.literal("evidence"),
  /** The key under which the ledger keeps it. */
  id: Id,
  rawHash: Sha256,
  sealed: z.base64(),
  salted: Sha256,
});

/** What an item says about its money, after a write that changed it: a hash of it. */
const MoneyLine = z.strictObject({ kind: z.literal("money"), id: Id, money: Sha256 });

/** Somebody took away or rewrote what may only be added to. The ledger never does. */
const BrokenLine = z.strictObject({
  kind: z.literal("broken"),
  id: Id,
  because: z.enum(["history_rewritten", "removed", "money_changed_without_entry"]),
});
export type BrokenBecause = z.infer<typeof BrokenLine>["because"];

export const ArchiveLine = z.discriminatedUnion("kind", [EntryLine, EvidenceLine, MoneyLine, BrokenLine]);
export type ArchiveLine = z.infer<typeof ArchiveLine>;

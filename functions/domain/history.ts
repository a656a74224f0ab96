/**
 * The life of a transaction, one entry for each change. Every entry carries a digest of all it says and the digest of
 * the entry before it, so a changed, missing or swapped entry shows. The database copies the earlier digest into place
 * itself (see docs/adr), which is what lets a callback be one write without a read.
 */
import { canonicalJson, sha256Hex } from "./canonical-json.ts";
import type { BatchEventName, BatchState } from "./batch-states.ts";
import type { EvidenceSource, Finding } from "./evidence.ts";
import type { ExceptionEventName, ExceptionStatus } from "./exception-states.ts";
import type { ExceptionKind, PaymentEventName, PaymentState } from "./payment-states.ts";
import type { PayoutFindingName, PayoutState } from "./payout-states.ts";
import type { RefundEventName, RefundFindingName, RefundState } from "./refund-states.ts";

/** The state of anything on the ledger. */
export type LedgerState = PaymentState | PayoutState | BatchState | ExceptionStatus | RefundState;

/**
 * What can be found or can happen. `created` is the first entry of everything that we asked for; a payment that M-PESA told
 * us of begins with `paid`. `erased`: a person's data was taken out of it, and the texts behind its entries with them.
 */
export type LedgerFinding =
  | Finding["finding"]
  | PaymentEventName
  | PayoutFindingName
  | BatchEventName
  | ExceptionEventName
  | "created"
  | "erased"
  | RefundFindingName
  | RefundEventName;

export interface HistoryEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly finding: LedgerFinding;
  /** The state after it; null when the state stayed. */
  readonly to: LedgerState | null;
  readonly source: EvidenceSource | "api";
  readonly by: string;
  readonly requestId: string;
  /** What changed besides the state, in public words and free of personal data: receipt, failure code, push id, ... */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  readonly exception: ExceptionKind | null;
  /** SHA-256 (hex) of the text that was received; null when nothing was. */
  readonly rawHash: string | null;
  /** SHA-256 (hex) over all of the above and the transaction's id. */
  readonly digest: string;
  /** The digest of the entry before; null on the first. */
  readonly previous: string | null;
}

/** What an entry says, before it is sealed into a chain. */
export type EntryContent = Omit<HistoryEntry, "digest" | "previous">;

/** The same in anybody's words: an archive outlives the lists of states and findings that wrote it. */
export interface SaidEntry {
  readonly at: number;
  readonly finding: string;
  readonly to: string | null;
  readonly source: string;
  readonly by: string;
  readonly requestId: string;
  readonly facts: EntryContent["facts"];
  readonly exception: string | null;
  readonly rawHash: string | null;
}

/**
 * SHA-256 (hex) over the transaction's id and all that the entry says. The entry before it is not part of it: a write
 * that has not read the history can make it, and `previous` ties the two together.
 */
export const entryDigest = (transactionId: string, entry: SaidEntry): string => {
  const { at, finding, to, source, by, requestId, facts, exception, rawHash } = entry;
  const said = { at, finding, to, source, by, requestId, facts, exception, rawHash };
  return sha256Hex(canonicalJson({ ...said, transaction: transactionId }));
};

export type ChainVerdict =
  | { readonly intact: true }
  /** `at` is the index of the first entry that does not fit; the history's length when the end itself does not. */
  | { readonly intact: false; readonly at: number; readonly because: string };

const broken = (at: number, because: string): ChainVerdict => ({ intact: false, at, because });

/**
 * Whether a history is as it was written. `head` is the digest of the newest entry, which the ledger keeps beside the
 * history (null when there is none): it shows entries missing from the end.
 */
export const verifyChain = (
  transactionId: string,
  history: readonly HistoryEntry[],
  head: string | null,
): ChainVerdict => {
  let last: string | null = null;
  for (const [index, entry] of history.entries()) {
    if (entryDigest(transactionId, entry) !== entry.digest)
      return broken(index, "the entry's digest does not match what it says");
    if (entry.previous !== last) return broken(index, "the entry does not follow the one before it");
    last = entry.digest;
  }
  return last === head ? { intact: true } : broken(history.length, "the history does not end where it should");
};

/** `folded`, the hash of a history so far, with one more entry folded in; "" is the hash of no history. */
export const foldDigest = (folded: string, digest: string): string => sha256Hex(`${folded}\n${digest}`);

/**
 * One hash (hex) for a whole history, every entry folded into the one before. Kept elsewhere, for instance in a day's
 * root, it proves later that not even somebody who can rewrite every digest has changed the past.
 */
export const chainHead = (history: readonly Pick<HistoryEntry, "digest">[]): string =>
  history.reduce((folded, entry) => foldDigest(folded, entry.digest), "");

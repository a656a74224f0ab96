/**
 * Where things lie in the tables: every partition key and index key is spelled here and nowhere else. Nothing in a key
 * spells a phone number, and no two kinds of thing share a key: a storefront's id has no `#` and is never empty, so what
 * follows it, or stands before it, tells payments, payouts and batches apart whatever a reference spells.
 */
import { DUE_SHARDS, TALLY_SHARDS, TIME_SHARDS } from "./table.ts";

/** Spreads ids evenly: their last letter is random. */
const shardOf = (id: string, shards: number): number => (id.codePointAt(id.length - 1) ?? 0) % shards;

/** UTC month of an instant: `2026-11`. */
const monthOf = (at: number): string => new Date(at).toISOString().slice(0, 7);

const everyShard = (prefix: string, shards: number): readonly string[] =>
  Array.from({ length: shards }, (_, shard) => `${prefix}#${shard}`);

export const keys = {
  receiptClaim: (receipt: string) => `receipt#${receipt}`,
  keptEvidence: (id: string, rawHash: string) => `evidence#${id}#${rawHash}`,
  /** Index key of all evidence kept beside one payment. */
  keptBeside: (id: string) => `evidence#${id}`,
  timeOf: (storefront: string, id: string, at: number) => `${storefront}#${monthOf(at)}#${shardOf(id, TIME_SHARDS)}`,
  timeShards: (storefront: string, at: number) => everyShard(`${storefront}#${monthOf(at)}`, TIME_SHARDS),
  timeOfPayout: (storefront: string, id: string, at: number) =>
    `${storefront}#pyo#${monthOf(at)}#${shardOf(id, TIME_SHARDS)}`,
  timeShardsOfPayouts: (storefront: string, at: number) => everyShard(`${storefront}#pyo#${monthOf(at)}`, TIME_SHARDS),
  timeOfBatch: (storefront: string, at: number) => `${storefront}#bat#${monthOf(at)}`,
  exceptions: (storefront: string, at: number) => `${storefront}#exceptions#${monthOf(at)}`,
  /** Index key of the exceptions that somebody still has to look at. */
  openExceptions: (storefront: string) => `open#${storefront}`,
  /** The hash comes first, so that a condition can test the phone without knowing the storefront. */
  phone: (phoneHash: string, storefront: string) => `${phoneHash}#${storefront}`,
  reference: (storefront: string, reference: string) => `${storefront}#${reference.toLowerCase()}`,
  phoneOfPayout: (phoneHash: string, storefront: string) => `${phoneHash}#${storefront}#pyo`,
  referenceOfPayout: (storefront: string, reference: string) => `#pyo#${storefront}#${reference.toLowerCase()}`,
  referenceOfBatch: (storefront: string, reference: string) => `#bat#${storefront}#${reference.toLowerCase()}`,
  due: (shard: number) => `due#${shard}`,
  dueOf: (id: string) => `due#${shardOf(id, DUE_SHARDS)}`,
  duePayouts: (shard: number) => `due#payouts#${shard}`,
  dueOfPayout: (id: string) => `due#payouts#${shardOf(id, DUE_SHARDS)}`,
  dueBatches: "due#batches",
  /** Index key of the batches that may still draw on a float. */
  liveBatches: "live#batches",
  batchTally: (batchId: string, position: number) => `tally#${batchId}#${position % TALLY_SHARDS}`,
  batchTallies: (batchId: string) => everyShard(`tally#${batchId}`, TALLY_SHARDS),
  singleTally: (shortcode: string, id: string) => `tally#single#${shortcode}#${shardOf(id, TALLY_SHARDS)}`,
  singleTallies: (shortcode: string) => everyShard(`tally#single#${shortcode}`, TALLY_SHARDS),
  recentlyPaid: (storefront: string, phoneHash: string, cents: number) => `paid#${storefront}#${phoneHash}#${cents}`,
  lane: (shortcode: string) => `lane#${shortcode}`,
  balances: (shortcode: string) => `balance#${shortcode}`,
  promptGuard: (shortcode: string, phoneHash: string) => `prompts#${shortcode}#${phoneHash}`,
} as const;

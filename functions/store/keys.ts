/**
 * Where things lie in the tables: every partition key and index key is spelled here and nowhere else. Nothing in a key
 * spells a phone number. Payments, payouts, batches and refunds share the keys of a phone and of a reference, so that one
 * query finds all kinds, and their ids tell them apart; every other key is one kind's alone. A storefront's id has no `#`
 * and is never empty, so no reference can spell its way into another storefront's.
 */
import { DUE_SHARDS, TALLY_SHARDS, TIME_SHARDS } from "./table.ts";

/** Spreads ids evenly: their last letter is random. */
const shardOf = (id: string, shards: number): number => (id.codePointAt(id.length - 1) ?? 0) % shards;

/** UTC month of an instant: `2026-11`. */
const monthOf = (at: number): string => new Date(at).toISOString().slice(0, 7);

const everyShard = (prefix: string, shards: number): readonly string[] =>
  Array.from({ length: shards }, (_, shard) => `${prefix}#${shard}`);

/** What the key of all evidence that is kept beside a transaction begins with. */
export const KEPT_EVIDENCE = "evidence#";

export const keys = {
  receiptClaim: (receipt: string) => `receipt#${receipt}`,
  keptEvidence: (id: string, rawHash: string) => `${KEPT_EVIDENCE}${id}#${rawHash}`,
  /** Index key of all evidence kept beside one payment. */
  keptBeside: (id: string) => `${KEPT_EVIDENCE}${id}`,
  timeOf: (storefront: string, id: string, at: number) => `${storefront}#${monthOf(at)}#${shardOf(id, TIME_SHARDS)}`,
  timeShards: (storefront: string, at: number) => everyShard(`${storefront}#${monthOf(at)}`, TIME_SHARDS),
  timeOfPayout: (storefront: string, id: string, at: number) =>
    `${storefront}#pyo#${monthOf(at)}#${shardOf(id, TIME_SHARDS)}`,
  timeShardsOfPayouts: (storefront: string, at: number) => everyShard(`${storefront}#pyo#${monthOf(at)}`, TIME_SHARDS),
  timeOfRefund: (storefront: string, id: string, at: number) =>
    `${storefront}#rfd#${monthOf(at)}#${shardOf(id, TIME_SHARDS)}`,
  timeShardsOfRefunds: (storefront: string, at: number) => everyShard(`${storefront}#rfd#${monthOf(at)}`, TIME_SHARDS),
  timeOfBatch: (storefront: string, at: number) => `${storefront}#bat#${monthOf(at)}`,
  timeOfStatement: (storefront: string, at: number) => `${storefront}#stm#${monthOf(at)}`,
  /** Who said first what a statement of this digest says. */
  statementDigest: (digest: string) => `statement#${digest}`,
  /** The imported statements that cover a Nairobi day of a shortcode. */
  statementsOfDay: (shortcode: string, day: string) => `statements#${shortcode}#${day}`,
  exceptions: (storefront: string, at: number) => `${storefront}#exceptions#${monthOf(at)}`,
  /** Index key of the exceptions that somebody still has to look at. */
  openExceptions: (storefront: string) => `open#${storefront}`,
  /** Of every kind. The hash comes first, so that a condition can test the phone without knowing the storefront. */
  phone: (phoneHash: string, storefront: string) => `${phoneHash}#${storefront}`,
  /** Of every kind; blanks around it, which customers type, do not count. */
  reference: (storefront: string, reference: string) => `${storefront}#${reference.trim().toLowerCase()}`,
  /** Index key of the payments that wait for somebody who knows whose they are. */
  unmatched: (storefront: string) => `unmatched#${storefront}`,
  /** A closed day; its month is found by naming its days. */
  day: (shortcode: string, day: string) => `day#${shortcode}#${day}`,
  due: (shard: number) => `due#${shard}`,
  dueOf: (id: string) => `due#${shardOf(id, DUE_SHARDS)}`,
  duePayouts: (shard: number) => `due#payouts#${shard}`,
  dueOfPayout: (id: string) => `due#payouts#${shardOf(id, DUE_SHARDS)}`,
  dueRefunds: (shard: number) => `due#refunds#${shard}`,
  dueOfRefund: (id: string) => `due#refunds#${shardOf(id, DUE_SHARDS)}`,
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
  pullProgress: (shortcode: string) => `pull#${shortcode}`,
  /** What one open socket watches. */
  socket: (connection: string) => `socket#${connection}`,
  /** The open sockets of one payment or checkout session. */
  watchersOf: (subject: string) => `sockets#${subject}`,
  webhookEndpoints: (storefront: string) => `endpoints#${storefront}`,
  webhookTurn: (endpoint: string) => `turn#${endpoint}`,
  deliveriesOf: (endpoint: string, at: number) => `${endpoint}#${monthOf(at)}`,
  dueDeliveries: (shard: number) => `due#${shard}`,
  dueOfDelivery: (id: string) => `due#${shardOf(id, DUE_SHARDS)}`,
  promptGuard: (shortcode: string, phoneHash: string) => `prompts#${shortcode}#${phoneHash}`,
} as const;

/**
 * Where things lie in the tables: every partition key and index key is spelled here and nowhere else. Nothing in a key
 * spells a phone number.
 */
import { DUE_SHARDS, TIME_SHARDS } from "./table.ts";

/** Spreads ids evenly: their last letter is random. */
const shardOf = (id: string, shards: number): number => (id.codePointAt(id.length - 1) ?? 0) % shards;

/** UTC month of an instant: `2026-11`. */
const monthOf = (at: number): string => new Date(at).toISOString().slice(0, 7);

export const keys = {
  receiptClaim: (receipt: string) => `receipt#${receipt}`,
  keptEvidence: (id: string, rawHash: string) => `evidence#${id}#${rawHash}`,
  /** Index key of all evidence kept beside one payment. */
  keptBeside: (id: string) => `evidence#${id}`,
  timeOf: (storefront: string, id: string, at: number) => `${storefront}#${monthOf(at)}#${shardOf(id, TIME_SHARDS)}`,
  timeShards: (storefront: string, at: number) =>
    Array.from({ length: TIME_SHARDS }, (_, shard) => `${storefront}#${monthOf(at)}#${shard}`),
  exceptions: (storefront: string, at: number) => `${storefront}#exceptions#${monthOf(at)}`,
  /** The hash comes first, so that a condition can test the phone without knowing the storefront. */
  phone: (phoneHash: string, storefront: string) => `${phoneHash}#${storefront}`,
  reference: (storefront: string, reference: string) => `${storefront}#${reference.toLowerCase()}`,
  due: (shard: number) => `due#${shard}`,
  dueOf: (id: string) => `due#${shardOf(id, DUE_SHARDS)}`,
  promptGuard: (shortcode: string, phoneHash: string) => `prompts#${shortcode}#${phoneHash}`,
} as const;

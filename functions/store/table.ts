/**
 * The tables as plain data: the stack creates them from this and the store reads and writes by it, so the two can't
 * disagree. Imports nothing, because the CDK app reads it too. Tables are cut by lifetime and secrecy, not by kind.
 *
 * Names are short where every item pays for them: DynamoDB bills a write by the kilobyte, attribute names included, and
 * bills it again for each index it touches.
 */

/** How a key attribute is stored: text or number. */
export type KeyType = "S" | "N";

export interface KeyAttribute {
  readonly name: string;
  readonly type: KeyType;
}

export interface IndexSchema {
  /** The name that queries use. */
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey: KeyAttribute | null;
  /** Every index holds keys alone: what a person or the sweep needs beyond them is read from the item itself. */
  readonly projection: "KEYS_ONLY";
}

export interface TableSchema {
  /** Suffix of the table's name and of the variable that carries it. */
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  /** Attribute with the epoch second after which DynamoDB may drop the item; null when items are kept for good. */
  readonly ttl: string | null;
  /** What the table's stream shows; null when it has none. */
  readonly stream: "NEW_AND_OLD_IMAGES" | null;
  /** Whether losing it loses money's history: point-in-time recovery, deletion protection, retained with the stack. */
  readonly lasting: boolean;
  readonly indexes: readonly IndexSchema[];
}

const text = (name: string): KeyAttribute => ({ name, type: "S" });
const number = (name: string): KeyAttribute => ({ name, type: "N" });

/**
 * Payments, payouts, payout batches and their tallies, the payout lane, exceptions, receipt claims and evidence that
 * changed nothing. All indexes are sparse: an item is in one only while it carries the index's key. What shares a partition
 * is said in keys.ts.
 */
const transactions = {
  name: "transactions",
  partitionKey: text("pk"),
  ttl: null,
  stream: "NEW_AND_OLD_IMAGES",
  lasting: true,
  indexes: [
    /**
     * One storefront's payments of one UTC month (in `TIME_SHARDS` shards), its payouts of one month (likewise), its
     * batches of one month, or its exceptions of one month; by time. The payouts of a batch are not in it: their batch
     * names them.
     */
    { name: "by_time", partitionKey: text("t"), sortKey: number("s"), projection: "KEYS_ONLY" },
    /** One storefront's payments, payouts and refunds of one phone (keyed hash), by time. */
    { name: "by_phone", partitionKey: text("p"), sortKey: number("s"), projection: "KEYS_ONLY" },
    /** One storefront's payments, payouts, batches and refunds under one reference, by time. */
    { name: "by_reference", partitionKey: text("r"), sortKey: number("s"), projection: "KEYS_ONLY" },
    /**
     * The payment or payout that M-PESA gave one name, the payments that nobody has claimed, the evidence kept beside one transaction, the batches that may
     * still draw on a float, or one storefront's open exceptions; by time. The key of M-PESA's name is a keyed hash: a
     * push id spells most of the payer's number.
     */
    { name: "by_push", partitionKey: text("c"), sortKey: number("s"), projection: "KEYS_ONLY" },
    /** What is still to be asked about or looked after, by when. The key is removed when nothing is left to do. */
    { name: "due", partitionKey: text("d"), sortKey: number("u"), projection: "KEYS_ONLY" },
  ],
} as const satisfies TableSchema;

/** Responses kept for an hour, in the layout of Powertools Idempotency. */
const idempotency = {
  name: "idempotency",
  partitionKey: text("id"),
  ttl: "expiration",
  stream: null,
  lasting: false,
  indexes: [],
} as const satisfies TableSchema;

/** Storefronts and their hashed API keys. */
const directory = {
  name: "directory",
  partitionKey: text("pk"),
  ttl: null,
  stream: null,
  lasting: true,
  indexes: [{ name: "by_storefront", partitionKey: text("sf"), sortKey: text("pk"), projection: "KEYS_ONLY" }],
} as const satisfies TableSchema;

/**
 * What processes agree on and may forget: the shared token, leases, rate slots, prompt guards, the last balances, and who
 * was paid how much in the last days.
 */
const coordination = {
  name: "coordination",
  partitionKey: text("pk"),
  ttl: "ttl",
  stream: null,
  lasting: false,
  indexes: [],
} as const satisfies TableSchema;

/**
 * Webhook endpoints, which are kept for good, and with an end each: their deliveries, and whose turn it is to call one.
 * Apart from everything else, because whoever reads it speaks to strangers and may see nothing but what they are told.
 */
const webhooks = {
  name: "webhooks",
  partitionKey: text("pk"),
  ttl: "ttl",
  stream: null,
  lasting: true,
  indexes: [
    /** One endpoint's deliveries of one UTC month, by time. */
    { name: "by_endpoint", partitionKey: text("t"), sortKey: number("s"), projection: "KEYS_ONLY" },
    /** Deliveries that are still to be made, by when. The key is removed when one ends. */
    { name: "due", partitionKey: text("d"), sortKey: number("u"), projection: "KEYS_ONLY" },
  ],
} as const satisfies TableSchema;

export const TABLES = { transactions, idempotency, directory, coordination, webhooks } as const;
export type TableKey = keyof typeof TABLES;

/** A month's payments of one storefront are spread over this many partitions, so that no key grows hot with traffic. */
export const TIME_SHARDS = 4;

/** What is to be asked about is spread over this many partitions; the sweep walks all of them. */
export const DUE_SHARDS = 4;

/** A batch's tally, and that of a shortcode's single payouts, is kept in this many items, because each takes one write at a time. */
export const TALLY_SHARDS = 8;

/** The three books that are held against each other at the end: M-PESA's truth, the ledger's, and what was asked for. */
import { madeBy } from "./orders.ts";
import type { Order } from "./orders.ts";
import type { Wire } from "./wire.ts";

export interface Push {
  readonly reference: string;
  readonly amount: number;
  readonly state: string;
  readonly receipt: string | null;
}

export interface PaidOut {
  readonly originator_conversation_id: string;
  readonly amount: number;
  readonly msisdn: string;
  readonly state: string;
  readonly receipt: string | null;
}

export interface Reversed {
  readonly original_transaction_id: string;
  readonly amount: number;
  readonly state: string;
}

/** What M-PESA holds. */
export interface Truth {
  readonly pushes: readonly Push[];
  readonly payouts: readonly PaidOut[];
  readonly reversals: readonly Reversed[];
}

export interface LedgerPayment {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly reference: string;
  readonly receipt: string | null;
  readonly refunded_amount: number;
}
export interface LedgerPayout {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly receipt: string | null;
}
export interface LedgerRefund {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly payment: string;
}
export interface LedgerBatch {
  readonly id: string;
  readonly status: string;
}

export interface Ledger {
  readonly payments: readonly LedgerPayment[];
  readonly payouts: readonly LedgerPayout[];
  readonly refunds: readonly LedgerRefund[];
  readonly batches: readonly LedgerBatch[];
  /** Transactions that a person is asked to look at. */
  readonly exceptions: ReadonlySet<string>;
  /** Transactions whose history is not whole. */
  readonly brokenChains: readonly string[];
}

const STOREFRONT = "sk_test_storefront";
export const FINANCE = "sk_test_finance";
const AT_ONCE = 8;

export const readTruth = async (simulatorUrl: string): Promise<Truth> => {
  const kept = async <T>(kind: string): Promise<readonly T[]> => {
    const response = await fetch(`${simulatorUrl}/simulator/transactions?kind=${kind}&limit=10000`);
    const { total, data } = (await response.json()) as { total: number; data: T[] };
    if (total !== data.length) throw new Error(`M-PESA holds ${total} of ${kind}, which is more than one page`);
    return data;
  };
  return { pushes: await kept("stk_push"), payouts: await kept("payout"), reversals: await kept("reversal") };
};

const readOne = async <T>(wire: Wire, path: string, key: string = FINANCE): Promise<T> => {
  const { status, body } = await wire.ask({ method: "GET", path, key });
  if (status !== 200) throw new Error(`${path} was answered ${status}: ${JSON.stringify(body)}`);
  return body as T;
};

const readList = async <T>(wire: Wire, path: string, key: string): Promise<readonly T[]> => {
  const all: T[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const more: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { data: T[]; next_cursor: string | null } = await readOne(wire, `${path}${more}`, key);
    all.push(...page.data);
    cursor = page.next_cursor;
  }
  return all;
};

const forEach = async <T, R>(things: readonly T[], look: (thing: T) => Promise<R>): Promise<readonly R[]> => {
  const found: R[] = [];
  const rest = things.values();
  const worker = async (): Promise<void> => {
    for (const thing of rest) found.push(await look(thing));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return found;
};

const idsOf = (orders: readonly Order[], kind: Order["kind"]): readonly string[] => [
  ...new Set(orders.filter((order) => order.kind === kind).flatMap((order) => madeBy(order) ?? [])),
];

/** The payouts of the lists, of the batches, and those under whose name M-PESA holds something. */
const readPayouts = async (
  wire: Wire,
  batches: readonly LedgerBatch[],
  truth: Truth,
): Promise<readonly LedgerPayout[]> => {
  const alone = await readList<LedgerPayout>(wire, "/v1/payouts?limit=100", FINANCE);
  const rows = await forEach(batches, ({ id }) =>
    readList<LedgerPayout>(wire, `/v1/payout-batches/${id}/payouts?limit=100`, FINANCE),
  );
  const found = new Map([...alone, ...rows.flat()].map((payout) => [payout.id, payout]));
  const others = truth.payouts.map((each) => each.originator_conversation_id).filter((id) => !found.has(id));
  const more = await forEach(others, (id) => wire.ask({ method: "GET", path: `/v1/payouts/${id}`, key: FINANCE }));
  for (const { status, body } of more)
    if (status === 200) found.set(String(body?.["id"]), body as unknown as LedgerPayout);
  return [...found.values()];
};

const readExceptions = async (wire: Wire): Promise<ReadonlySet<string>> => {
  const all = await readList<{ transaction: string | null }>(wire, "/v1/exceptions?limit=100", FINANCE);
  return new Set(all.flatMap(({ transaction }) => transaction ?? []));
};

/** The ledger as the API tells it; without the histories, which take a request each. */
export const readStates = async (wire: Wire, orders: readonly Order[], truth: Truth): Promise<Ledger> => {
  const payments = await readList<LedgerPayment>(wire, "/v1/payments?limit=100", STOREFRONT);
  const batches = await forEach(idsOf(orders, "batch"), (id) => readOne<LedgerBatch>(wire, `/v1/payout-batches/${id}`));
  const refunded = new Set(orders.filter(({ kind }) => kind === "refund").map(({ path }) => path));
  const refunds = await forEach([...refunded], (path) => readOne<{ data: LedgerRefund[] }>(wire, path, STOREFRONT));
  return {
    payments,
    batches,
    payouts: await readPayouts(wire, batches, truth),
    refunds: refunds.flatMap(({ data }) => data),
    exceptions: await readExceptions(wire),
    brokenChains: [],
  };
};

/** The ledger with every history looked at. */
export const readLedger = async (wire: Wire, orders: readonly Order[], truth: Truth): Promise<Ledger> => {
  const states = await readStates(wire, orders, truth);
  const ids = [...states.payments, ...states.payouts, ...states.refunds].map(({ id }) => id);
  const chains = await forEach(ids, async (id) => {
    const { chain } = await readOne<{ chain: { intact: boolean } }>(wire, `/v1/transactions/${id}/history`);
    return chain.intact ? null : id;
  });
  return { ...states, brokenChains: chains.flatMap((id) => id ?? []) };
};

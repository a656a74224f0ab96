/**
 * The ledger that mutated words arrive at: an intent of every kind, all with M-PESA, and nobody has said how they ended.
 * What must stay true: every run begins with the same ledger; every write to it is looked at.
 */
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { isDeepStrictEqual } from "node:util";
import { BATCH_MOVES } from "../../functions/domain/batch-states.ts";
import { PAYMENT_MOVES } from "../../functions/domain/payment-states.ts";
import { PAYOUT_MOVES } from "../../functions/domain/payout-states.ts";
import { REFUND_MOVES } from "../../functions/domain/refund-states.ts";
import type { Item } from "../../functions/store/attributes.ts";
import { STATE_CODES } from "../../functions/store/history-item.ts";
import { TABLES } from "../../functions/store/table.ts";
import { AT } from "../../functions/store/transaction-item.ts";
import { TABLE_NAMES, wrongWith } from "../exhaustive/books.ts";
import type { Moves } from "../exhaustive/books.ts";
import { createEngine } from "../world/dynamo/engine.ts";
import type { Change } from "../world/dynamo/table.ts";

/** By what the ids of a kind of transaction begin with. */
const MOVES: Readonly<Record<string, Moves>> = {
  ...{ pay_: PAYMENT_MOVES, pyo_: PAYOUT_MOVES },
  ...{ rfd_: REFUND_MOVES, bat_: BATCH_MOVES },
};
const PREFIX_LETTERS = 4;

/** What a transaction has become. */
export interface Moved {
  readonly id: string;
  readonly state: string;
  /** Cents. */
  readonly amount: number;
  readonly isNew: boolean;
}

/** What the writes of one run came to. */
export interface Seen {
  /** Transactions that are in another state than before, or new; each as it was written last. */
  readonly moved: readonly Moved[];
  /** How often anything was written, beside the gateway's own tokens and turns. */
  readonly writes: number;
  /** What no write may do. */
  readonly wrong: readonly string[];
}

/** The tables' items, by table. */
export type Kept = Readonly<Record<string, readonly Item[]>>;

/** A ledger that holds `kept`. */
export const createFuzzLedger = (kept: Kept, now: () => number) => {
  const moved = new Map<string, Moved>();
  const wrong: string[] = [];
  let [isWatched, writes] = [false, 0];

  const changed = (change: Change): void => {
    if (!isWatched || change.table !== TABLE_NAMES.transactions) return;
    const { key, before, after } = change;
    // Who marks an item as its own without changing it writes nothing.
    if (isDeepStrictEqual(before, after)) return;
    writes += 1;
    const moves = MOVES[key.slice(0, PREFIX_LETTERS)];
    if (moves === undefined) return;
    const broken = wrongWith(change, moves);
    if (broken !== null) wrong.push(broken);
    const [was, is] = [before, after].map((item) => (item ? STATE_CODES.read(item, AT.state) : null));
    const isNew = moved.get(key)?.isNew ?? before === null;
    const amount = Number(after?.[AT.amount]?.N ?? Number.NaN);
    if (was !== is) moved.set(key, { id: key, state: is ?? "gone", amount, isNew });
  };
  const engine = createEngine({
    schemas: {
      [TABLE_NAMES.transactions]: TABLES.transactions,
      [TABLE_NAMES.coordination]: TABLES.coordination,
      [TABLE_NAMES.idempotency]: TABLES.idempotency,
    },
    now,
    changed,
  });
  for (const [TableName, items] of Object.entries(kept))
    for (const Item of items) engine.execute(new PutItemCommand({ TableName, Item }));
  isWatched = true;

  return {
    send: (command: unknown): Promise<unknown> => Promise.resolve().then(() => engine.execute(command)),
    all: (): Kept => Object.fromEntries(Object.values(TABLE_NAMES).map((name) => [name, engine.all(name)])),
    seen: (): Seen => ({ moved: [...moved.values()], writes, wrong }),
  };
};

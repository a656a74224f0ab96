/**
 * The ledger on DynamoDB: one function per promise of ledger.ts, put together. What a payment's own way takes stands apart,
 * so that the functions a customer waits for do not load how lists and audits are read.
 */
import { createFind } from "./find.ts";
import { createHistory } from "./history.ts";
import type { Ledger } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { createList } from "./list.ts";
import { createOpen } from "./open.ts";
import { createPostpone } from "./due.ts";
import { readOne } from "./read.ts";
import { createRecord } from "./record.ts";
import { createDue } from "./sweep.ts";

/** All that opens, settles and shows one payment. */
export const createPayments = (deps: LedgerDeps): Pick<Ledger, "open" | "record" | "read"> => ({
  open: createOpen(deps),
  record: createRecord(deps),
  read: (id) => readOne(deps, id),
});

export const createLedger = (deps: LedgerDeps): Ledger => ({
  ...createPayments(deps),
  history: createHistory(deps),
  list: createList(deps),
  find: createFind(deps),
  due: createDue(deps),
  postpone: createPostpone(deps),
});

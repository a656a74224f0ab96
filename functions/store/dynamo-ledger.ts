/** The ledger on DynamoDB: one function per promise of ledger.ts, put together. */
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

export const createLedger = (deps: LedgerDeps): Ledger => ({
  open: createOpen(deps),
  record: createRecord(deps),
  read: (id) => readOne(deps, id),
  history: createHistory(deps),
  list: createList(deps),
  find: createFind(deps),
  due: createDue(deps),
  postpone: createPostpone(deps),
});

/** Exceptions on DynamoDB: one function per promise of exception-ledger.ts. */
import type { Exception } from "../domain/exception.ts";
import { actUpdate, newExceptionItem, readException } from "./exception-item.ts";
import type { ExceptionLedger } from "./exception-ledger.ts";
import { LedgerBusy } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { createListExceptions } from "./list-exceptions.ts";
import { readItem } from "./read.ts";
import { put, update } from "./transact.ts";

const createRaise =
  (deps: LedgerDeps): ExceptionLedger["raise"] =>
  async (found) => {
    const item = newExceptionItem(found);
    const result = await put(deps, {
      TableName: deps.tables.transactions,
      Item: item,
      ConditionExpression: "attribute_not_exists(pk)",
    });
    if (result.written) return { raised: "new", exception: readException(item) };
    if (!result.found) throw new LedgerBusy(found.kind);
    return { raised: "known", exception: readException(result.found) };
  };

const createRead =
  (deps: LedgerDeps) =>
  async (id: string): Promise<Exception | null> => {
    const item = await readItem(deps, id);
    return item && readException(item);
  };

const createChange =
  (deps: LedgerDeps): ExceptionLedger["change"] =>
  async (exception, what) => {
    const result = await update(deps, { TableName: deps.tables.transactions, ...actUpdate(exception, what) });
    return result.written ? readException(result.item) : null;
  };

export const createExceptionLedger = (deps: LedgerDeps): ExceptionLedger => ({
  raise: createRaise(deps),
  read: createRead(deps),
  change: createChange(deps),
  list: createListExceptions(deps),
});

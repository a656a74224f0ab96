/**
 * Transactions together with their exceptions. An exception's id follows from its transaction and kind, so all that
 * there can be are asked for in the same request as the transactions: nobody has to know which there are.
 */
import type { Exception } from "../domain/exception.ts";
import { exceptionId } from "../domain/ids.ts";
import { EXCEPTION_KINDS } from "../domain/payment-states.ts";
import { readText } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { readException } from "./exception-item.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { readItems } from "./read.ts";
import { AT } from "./transaction-item.ts";

/** What one request reads. */
const READ_AT_ONCE = 100;
/** As many transactions as one request reads with all that they may have. */
export const WITH_EXCEPTIONS_AT_ONCE = Math.floor(READ_AT_ONCE / (1 + EXCEPTION_KINDS.length));

export interface WithExceptions {
  /** Those that exist, in the order of their ids. */
  readonly items: readonly Item[];
  /** A transaction's, the oldest first. */
  readonly exceptionsOf: (transactionId: string) => readonly Exception[];
}

const exceptionIds = (ids: readonly string[]): readonly string[] =>
  ids.flatMap((id) => EXCEPTION_KINDS.map((kind) => exceptionId(id, kind)));

/** Pieces of at most 100. */
const pieces = (ids: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(ids.length / READ_AT_ONCE) }, (_, piece) =>
    ids.slice(piece * READ_AT_ONCE, (piece + 1) * READ_AT_ONCE),
  );

const readMany = async (deps: LedgerDeps, ids: readonly string[]): Promise<readonly Item[]> =>
  (await Promise.all(pieces(ids).map((piece) => readItems(deps, piece)))).flat();

/** A few transactions: one request for up to `WITH_EXCEPTIONS_AT_ONCE` of them. */
export const readWithExceptions = async (deps: LedgerDeps, ids: readonly string[]): Promise<WithExceptions> => {
  const found = await readMany(deps, [...ids, ...exceptionIds(ids)]);
  const items = found.filter((item) => ids.includes(readText(item, AT.id)));
  const exceptions = found
    .filter((item) => !items.includes(item))
    .map(readException)
    .sort((a, b) => a.openedAt - b.openedAt);
  return {
    items,
    exceptionsOf: (transactionId) => exceptions.filter((exception) => exception.transactionId === transactionId),
  };
};

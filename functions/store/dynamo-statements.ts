/** Statements on DynamoDB: one function per promise of statement-ledger.ts. */
import { isImported } from "../domain/statement.ts";
import type { ImportedStatement, Statement } from "../domain/statement.ts";
import { dayBounds } from "../domain/time.ts";
import { number, text } from "./attributes.ts";
import { eachAtMost } from "./each-at-most.ts";
import { endStatement, IS_OPEN, OPEN_STATES } from "./end-statement.ts";
import { keys } from "./keys.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { createMonthly } from "./listing.ts";
import { readItem, readItems } from "./read.ts";
import { newStatementItem, readStatement, STATEMENT_AT } from "./statement-item.ts";
import type { StatementLedger } from "./statement-ledger.ts";
import { put, update } from "./transact.ts";

/** Statements that one day is looked up in; a day has a handful, one for each account and each time it was exported. */
const MOST_A_DAY = 100;
const DAYS_AT_ONCE = 8;
/** Attribute of a day: the statements listed under it. */
const LISTED = "i";

const createOpen =
  (deps: LedgerDeps): StatementLedger["open"] =>
  async (statement) => {
    const item = newStatementItem(statement);
    const result = await put(deps, {
      TableName: deps.tables.transactions,
      Item: item,
      ConditionExpression: "attribute_not_exists(pk)",
    });
    if (!result.written) throw new Error(`the statement's id ${statement.id} was given out before`);
    return readStatement(item);
  };

const createRead =
  (deps: LedgerDeps) =>
  async (id: string): Promise<Statement | null> => {
    const item = await readItem(deps, id);
    return item && readStatement(item);
  };

const createProgress =
  (deps: LedgerDeps): StatementLedger["progress"] =>
  async (id, { rowsRead, at }) => {
    const result = await update(deps, {
      TableName: deps.tables.transactions,
      Key: { pk: text(id) },
      UpdateExpression: `SET ${STATEMENT_AT.state} = :importing, ${STATEMENT_AT.rowsRead} = :rows, ${STATEMENT_AT.updatedAt} = :at`,
      ConditionExpression: IS_OPEN,
      ExpressionAttributeValues: { ...OPEN_STATES, ":rows": number(rowsRead), ":at": number(at) },
    });
    return result.written ? readStatement(result.item) : null;
  };

const createListUnder =
  (deps: LedgerDeps): StatementLedger["listUnder"] =>
  ({ id, content }, days) =>
    eachAtMost(DAYS_AT_ONCE, days, async (day) => {
      const listed = await update(deps, {
        TableName: deps.tables.transactions,
        Key: { pk: text(keys.statementsOfDay(content.shortcode, day)) },
        UpdateExpression: `ADD ${LISTED} :ids`,
        ConditionExpression: `attribute_not_exists(${LISTED}) OR contains(${LISTED}, :id) OR size(${LISTED}) < :most`,
        ExpressionAttributeValues: { ":ids": { SS: [id] }, ":id": text(id), ":most": number(MOST_A_DAY) },
      });
      if (!listed.written) throw new Error(`${day} has ${MOST_A_DAY} statements already; this one can't be listed`);
    });

/** The newest for each account, of those that cover all of the day. */
const chosenOf = (
  statements: readonly ImportedStatement[],
  day: { readonly from: number; readonly until: number },
): readonly ImportedStatement[] => {
  const newest = new Map<string, ImportedStatement>();
  const oldestFirst = statements
    .filter(({ content }) => content.from <= day.from && content.until >= day.until)
    .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  for (const statement of oldestFirst) {
    const { account, accountName } = statement.content;
    newest.set(account ?? `?${accountName?.trim().toLowerCase() ?? ""}`, statement);
  }
  return [...newest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, statement]) => statement);
};

const createCovering =
  (deps: LedgerDeps): StatementLedger["covering"] =>
  async (shortcode, day) => {
    const bounds = dayBounds(day);
    if (bounds === null) throw new RangeError("covering() takes a Nairobi day");
    const item = await readItem(deps, keys.statementsOfDay(shortcode, day));
    const ids = item?.[LISTED]?.SS ?? [];
    const statements = (await readItems(deps, ids.slice(0, MOST_A_DAY))).map(readStatement);
    return chosenOf(statements.filter(isImported), bounds);
  };

export const createStatementLedger = (deps: LedgerDeps): StatementLedger => {
  const list = createMonthly(deps, { name: "statements", partition: keys.timeOfStatement, read: readStatement });
  return {
    open: createOpen(deps),
    read: createRead(deps),
    list: async (storefront, page) => {
      const { found, next } = await list(storefront, page);
      return { statements: found, next };
    },
    progress: createProgress(deps),
    end: (id, ending, at) => endStatement(deps, id, { ending, at }),
    listUnder: createListUnder(deps),
    covering: createCovering(deps),
  };
};

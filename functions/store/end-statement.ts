/**
 * How an import ends on the ledger: one write says that the statement is imported and that nobody else may say the same
 * again. What must stay true: of several that say the same, at once or in years, exactly one counts; an end is final.
 */
import type { Statement } from "../domain/statement.ts";
import { CorruptItem, number, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { keys } from "./keys.ts";
import { LedgerBusy } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { readItem } from "./read.ts";
import {
  readStatement,
  STATEMENT_AT,
  STATEMENT_CODES,
  writeContent,
  writeLines,
  writeRefusal,
} from "./statement-item.ts";
import type { StatementEnding } from "./statement-ledger.ts";
import { transact, update } from "./transact.ts";

type Imported = Extract<StatementEnding, { ending: "imported" }>;

/** Attribute of a digest's claim: the statement that said it first. */
const OWNER = "i";

/** What holds while a statement has not ended. */
export const IS_OPEN = `attribute_exists(pk) AND ${STATEMENT_AT.state} IN (:awaiting, :importing)`;
export const OPEN_STATES: Item = {
  ":awaiting": STATEMENT_CODES.write("awaiting_upload"),
  ":importing": STATEMENT_CODES.write("importing"),
};

interface Edit {
  readonly Key: Record<string, Item[string]>;
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeValues: Record<string, Item[string]>;
}

const editOf = (id: string, at: number, set: Item): Edit => ({
  Key: { pk: text(id) },
  UpdateExpression: `SET ${[STATEMENT_AT.updatedAt, ...Object.keys(set)].map((name) => `${name} = :${name}`).join(", ")}`,
  ConditionExpression: IS_OPEN,
  ExpressionAttributeValues: {
    ...OPEN_STATES,
    [`:${STATEMENT_AT.updatedAt}`]: number(at),
    ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
  },
});

const importedSet = ({ content }: Imported): Item => ({
  [STATEMENT_AT.state]: STATEMENT_CODES.write("imported"),
  [STATEMENT_AT.content]: writeContent(content),
});

/** One write; when somebody has ended it before, the statement as it ended. */
const write = async (deps: LedgerDeps, edit: Edit): Promise<Statement> => {
  const result = await update(deps, { TableName: deps.tables.transactions, ...edit });
  if (result.written) return readStatement(result.item);
  if (!result.found) throw new CorruptItem(STATEMENT_AT.id);
  return readStatement(result.found);
};

const endImported = async (
  deps: LedgerDeps,
  id: string,
  { imported, at }: { readonly imported: Imported; readonly at: number },
): Promise<Statement> => {
  const TableName = deps.tables.transactions;
  const claim = {
    TableName,
    Item: { pk: text(keys.statementDigest(imported.content.digest)), [OWNER]: text(id) },
    ConditionExpression: `attribute_not_exists(pk) OR ${OWNER} = :id`,
    ExpressionAttributeValues: { ":id": text(id) },
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
  const set = { ...importedSet(imported), [STATEMENT_AT.lines]: writeLines(imported.lines) };
  const result = await transact(deps, [{ Put: claim }, { Update: { TableName, ...editOf(id, at, set) } }]);
  if (!result.written) {
    const owner = result.refusals[0]?.found;
    if (owner)
      return write(
        deps,
        editOf(id, at, { ...importedSet(imported), [STATEMENT_AT.duplicateOf]: text(readText(owner, OWNER)) }),
      );
  }
  const item = await readItem(deps, id);
  if (!item) throw new CorruptItem(STATEMENT_AT.id);
  const statement = readStatement(item);
  if (statement.state === "awaiting_upload" || statement.state === "importing") throw new LedgerBusy(id);
  return statement;
};

/** Ends it, or gives it as it ended before. */
export const endStatement = (
  deps: LedgerDeps,
  id: string,
  { ending, at }: { readonly ending: StatementEnding; readonly at: number },
): Promise<Statement> =>
  ending.ending === "imported"
    ? endImported(deps, id, { imported: ending, at })
    : write(
        deps,
        editOf(id, at, {
          [STATEMENT_AT.state]: STATEMENT_CODES.write("refused"),
          [STATEMENT_AT.refusal]: writeRefusal(ending.refusal),
        }),
      );

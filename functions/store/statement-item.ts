/**
 * A statement as one item: the only place that knows which attributes one has. What a file was found to say is one text,
 * because nothing ever changes a part of it; the lines themselves lie in the bucket.
 */
import * as z from "zod";
import { SignedCents } from "../domain/balance.ts";
import { OWN_ACCOUNTS } from "../domain/matching.ts";
import type { Statement, StatementContent } from "../domain/statement.ts";
import {
  codes,
  CorruptItem,
  maybeMap,
  maybeNumber,
  maybeText,
  number,
  readNumber,
  readText,
  text,
} from "./attributes.ts";
import { map } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { keys } from "./keys.ts";
import type { NewStatement } from "./statement-ledger.ts";
import { AT, readStorefront } from "./transaction-item.ts";
import type { NewItem } from "./transaction-item.ts";

/** Attribute names of a statement. Those of `AT` mean what they mean everywhere. */
export const STATEMENT_AT = {
  id: AT.id,
  timeKey: AT.timeKey,
  createdAt: AT.createdAt,
  state: AT.state,
  createdBy: "cb",
  asked: "q",
  updatedAt: "ua",
  rowsRead: "n",
  content: "ct",
  lines: "li",
  duplicateOf: "dp",
  refusal: "rf",
} as const;

export const STATEMENT_CODES = codes({ awaiting_upload: "wu", importing: "im", imported: "ok", refused: "rf" });

const moment = z.int();
const Content = z.object({
  format: z.enum(["csv", "xlsx"]),
  template: z.enum(["classic", "current"]),
  shortcode: z.string(),
  account: z.enum(OWN_ACCOUNTS).nullable(),
  accountName: z.string().nullable(),
  from: moment,
  until: moment,
  opening: SignedCents.nullable(),
  closing: SignedCents.nullable(),
  paidIn: SignedCents,
  withdrawn: SignedCents,
  lineCount: z.int().nonnegative(),
  unreadableCount: z.int().nonnegative(),
  unreadable: z.array(
    z.object({ column: z.string().nullable(), message: z.string(), rows: z.array(z.int().positive()) }),
  ),
  balanceBreaks: z.int().nonnegative(),
  firstBreakRow: z.int().positive().nullable(),
  digest: z.string(),
}) satisfies z.ZodType<StatementContent>;

const Asked = z.object({
  shortcode: z.string().nullable(),
  account: z.enum(OWN_ACCOUNTS).nullable(),
  from: moment.nullable(),
  until: moment.nullable(),
}) satisfies z.ZodType<Statement["asked"]>;

const readJson = <S extends z.ZodType>(schema: S, written: string, name: string): z.output<S> => {
  try {
    return schema.parse(JSON.parse(written));
  } catch {
    throw new CorruptItem(name);
  }
};

/** The item of a statement that was just asked for. */
export const newStatementItem = (statement: NewStatement): NewItem => ({
  [STATEMENT_AT.id]: text(statement.id),
  [STATEMENT_AT.timeKey]: text(keys.timeOfStatement(statement.storefront, statement.createdAt)),
  [STATEMENT_AT.createdAt]: number(statement.createdAt),
  [STATEMENT_AT.state]: STATEMENT_CODES.write("awaiting_upload"),
  [STATEMENT_AT.createdBy]: text(statement.createdBy),
  [STATEMENT_AT.asked]: text(JSON.stringify(statement.asked)),
  [STATEMENT_AT.updatedAt]: number(statement.createdAt),
});

export const writeContent = (content: StatementContent) => text(JSON.stringify(content));

export const writeLines = ({ file, sha256 }: NonNullable<Statement["lines"]>) =>
  map({ f: text(file), h: text(sha256) });

export const writeRefusal = ({ code, message, row }: NonNullable<Statement["refusal"]>) =>
  map({ c: text(code), m: text(message), ...(row === null ? {} : { r: number(row) }) });

/** The statement that an item holds. Throws `CorruptItem`. */
export const readStatement = (item: Item): Statement => {
  const at = STATEMENT_AT;
  const content = maybeText(item, at.content);
  const lines = maybeMap(item, at.lines);
  const refusal = maybeMap(item, at.refusal);
  return {
    id: readText(item, at.id),
    storefront: readStorefront(item),
    state: STATEMENT_CODES.read(item, at.state),
    asked: readJson(Asked, readText(item, at.asked), at.asked),
    createdBy: readText(item, at.createdBy),
    createdAt: readNumber(item, at.createdAt),
    updatedAt: readNumber(item, at.updatedAt),
    rowsRead: maybeNumber(item, at.rowsRead) ?? 0,
    content: content === null ? null : readJson(Content, content, at.content),
    lines: lines && { file: readText(lines, "f"), sha256: readText(lines, "h") },
    duplicateOf: maybeText(item, at.duplicateOf),
    refusal: refusal && {
      code: readText(refusal, "c"),
      message: readText(refusal, "m"),
      row: maybeNumber(refusal, "r"),
    },
  };
};

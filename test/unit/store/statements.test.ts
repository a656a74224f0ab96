/** Statements on the ledger: each ends once, of those that say the same one counts, and days know theirs. */
import { randomBytes } from "node:crypto";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { SignedCents } from "../../../functions/domain/balance.ts";
import { randomId } from "../../../functions/domain/ids.ts";
import { isImported } from "../../../functions/domain/statement.ts";
import type { ImportedStatement, Statement, StatementContent } from "../../../functions/domain/statement.ts";
import { dayBounds } from "../../../functions/domain/time.ts";
import { createStatementLedger } from "../../../functions/store/dynamo-statements.ts";
import type { StatementLedger } from "../../../functions/store/statement-ledger.ts";
import { NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";

let books: TestLedger;
let statements: StatementLedger;
beforeAll(async () => {
  books = await startLedger();
  statements = createStatementLedger(books.deps);
});
beforeEach(() => {
  books.time.now = NOW;
  books.calls.length = 0;
});
afterAll(() => books.close());

const DAY = "2026-11-20";
const bounds = dayBounds(DAY) ?? { from: 0, until: 0 };
const cents = (value: number) => SignedCents.parse(value);
let made = 0;

const content = (changes: Partial<StatementContent> = {}): StatementContent => ({
  format: "csv",
  template: "classic",
  shortcode: "600111",
  account: "utility",
  accountName: "Utility Account",
  ...bounds,
  opening: cents(0),
  closing: cents(-500),
  paidIn: cents(1_000),
  withdrawn: cents(-1_500),
  lineCount: 3,
  unreadableCount: 1,
  unreadable: [{ column: null, message: "It is too long.", rows: [7] }],
  balanceBreaks: 0,
  firstBreakRow: null,
  digest: `digest-${(made += 1)}`,
  ...changes,
});

const opened = (storefront = "shop"): Promise<Statement> =>
  statements.open({
    id: randomId("stm", randomBytes(16)),
    storefront,
    asked: { shortcode: "600111", account: null, from: bounds.from, until: bounds.until },
    createdBy: "key_1",
    createdAt: books.time.now,
  });

const LINES = { file: "statements/600111/a/lines", sha256: "ab".repeat(32) };

const imported = async (changes: Partial<StatementContent> = {}): Promise<Statement> => {
  const { id } = await opened();
  const ended = await statements.end(
    id,
    { ending: "imported", content: content(changes), lines: LINES },
    books.time.now,
  );
  if (isImported(ended)) await statements.listUnder(ended, [DAY]);
  return ended;
};

describe("a statement", () => {
  test("is opened by one write, reads back as it was made, and tells how far its import has come", async () => {
    const statement = await opened();
    expect(books.calls).toEqual(["PutItem"]);
    expect(statement).toMatchObject({ state: "awaiting_upload", rowsRead: 0, content: null, refusal: null });
    expect(await statements.read(statement.id)).toEqual(statement);
    const begun = await statements.progress(statement.id, { rowsRead: 50_000, at: NOW + 1 });
    expect(begun).toEqual({ ...statement, state: "importing", rowsRead: 50_000, updatedAt: NOW + 1 });
  });

  test("is imported by one transaction, and then nothing changes it", async () => {
    const { id } = await opened();
    const found = content();
    books.calls.length = 0;
    const ended = await statements.end(id, { ending: "imported", content: found, lines: LINES }, NOW + 5);
    expect(books.calls).toEqual(["TransactWriteItems", "GetItem"]);
    expect(ended).toMatchObject({ state: "imported", content: found, lines: LINES, duplicateOf: null });
    expect(ended.updatedAt).toBe(NOW + 5);
    expect(await statements.progress(id, { rowsRead: 1, at: NOW + 6 })).toBeNull();
    const refusal = { code: "unreadable", message: "No.", row: 3 };
    expect(await statements.end(id, { ending: "refused", refusal }, NOW + 7)).toEqual(ended);
    const other = content();
    expect(await statements.end(id, { ending: "imported", content: other, lines: LINES }, NOW + 8)).toEqual(ended);
    expect(await statements.read(id)).toEqual(ended);
    // A try that lost has claimed nothing: another statement may still say it first.
    expect(await imported({ digest: other.digest })).toMatchObject({ duplicateOf: null });
  });

  test("is refused for good, with the reason", async () => {
    const { id } = await opened();
    const refusal = { code: "mixed_dates", message: "The date in row 9 is written in another order.", row: 9 };
    const ended = await statements.end(id, { ending: "refused", refusal }, NOW);
    expect(ended).toMatchObject({ state: "refused", refusal, content: null });
    expect(await statements.end(id, { ending: "imported", content: content(), lines: LINES }, NOW)).toEqual(ended);
  });

  test("that says what another has said is its duplicate; asked again, the first stays the first", async () => {
    const first = await imported();
    const digest = first.content?.digest ?? "";
    expect(await imported({ digest })).toMatchObject({ state: "imported", duplicateOf: first.id, lines: null });
    expect(
      await statements.end(first.id, { ending: "imported", content: content({ digest }), lines: LINES }, NOW),
    ).toEqual(first);
  });

  test("of those that say the same at once, exactly one counts", async () => {
    const digest = "the-same-at-once";
    const all = await Promise.all(Array.from({ length: 6 }, () => imported({ digest })));
    const [first, ...others] = all.filter(isImported);
    expect(others).toEqual([]);
    for (const { duplicateOf, id } of all) if (id !== first?.id) expect(duplicateOf).toBe(first?.id);
  });

  test("that is not as it was written is a fault, never a guess", async () => {
    const { id } = await opened();
    await books.client.send(
      new UpdateItemCommand({
        TableName: books.deps.tables.transactions,
        Key: { pk: { S: id } },
        UpdateExpression: "SET ct = :ct",
        ExpressionAttributeValues: { ":ct": { S: '{"format":"pdf"}' } },
      }),
    );
    await expect(statements.read(id)).rejects.toThrow('"ct"');
  });
});

describe("a day", () => {
  const covering = (shortcode: string) => statements.covering(shortcode, DAY);

  test("knows its statements in two reads: for each account the newest that covers all of it", async () => {
    const shortcode = "600222";
    await imported({ shortcode });
    books.time.now += 1_000;
    const newer = await imported({ shortcode, accountName: "UTILITY ACCOUNT" });
    books.time.now += 1_000;
    await imported({ shortcode, until: bounds.until - 60_000 });
    await imported({ shortcode, from: bounds.from + 1 });
    const merchant = await imported({ shortcode, account: "merchant", accountName: "Merchant Account" });
    const unnamed = await imported({ shortcode, account: null, accountName: null });
    books.calls.length = 0;
    const found: readonly ImportedStatement[] = await covering(shortcode);
    expect(books.calls).toEqual(["GetItem", "BatchGetItem"]);
    expect(found.map(({ id }) => id)).toEqual([unnamed.id, merchant.id, newer.id]);
  });

  test("knows nothing of other shortcodes, other days or statements that were only uploaded", async () => {
    await opened();
    expect(await covering("600333")).toEqual([]);
    await imported({ shortcode: "600333" });
    expect(await statements.covering("600333", "2026-11-19")).toEqual([]);
    expect(await covering("600333")).toHaveLength(1);
    await expect(statements.covering("600333", "yesterday")).rejects.toThrow(RangeError);
  });

  test("lists a statement once however often it is listed, and no more than a hundred of them", async () => {
    const shortcode = "600444";
    const statement = await imported({ shortcode });
    if (!isImported(statement)) throw new Error("it was imported");
    await statements.listUnder(statement, [DAY, DAY]);
    for (let index = 1; index < 100; index += 1)
      await statements.listUnder({ ...statement, id: `${statement.id}-${index}` }, [DAY]);
    await expect(statements.listUnder({ ...statement, id: "one-more" }, [DAY])).rejects.toThrow("100 statements");
    await statements.listUnder(statement, [DAY]);
    expect(await covering(shortcode)).toEqual([statement]);
  });
});

test("a storefront's statements are listed newest first, page by page, and nobody else's", async () => {
  const mine: string[] = [];
  for (let index = 0; index < 5; index += 1) {
    books.time.now += 1_000;
    mine.unshift((await opened("lister")).id);
  }
  await opened("somebody-else");
  const first = await statements.list("lister", { limit: 3, cursor: null });
  const second = await statements.list("lister", { limit: 3, cursor: first.next });
  expect([...first.statements, ...second.statements].map(({ id }) => id)).toEqual(mine);
  expect(second.next).toBeNull();
});

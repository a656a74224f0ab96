/** A statement's way from its file onto the ledger: once, as a whole or not at all, whatever breaks off in between. */
import { writeXlsx } from "hucre/xlsx";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { StatementLine } from "../../../functions/domain/statement-line.ts";
import { dayBounds } from "../../../functions/domain/time.ts";
import { wholeDays } from "../../../functions/statements-import/whose-statement.ts";
import { fixture, readWhole } from "../statements/reading.ts";
import { MORNING_AFTER, openOffice, SHORTCODE } from "./import-office.ts";
import type { Office } from "./import-office.ts";

const CLASSIC = fixture("classic.csv");
const CURRENT = fixture("current.csv");
const DAY = dayBounds("2026-11-21");
const SAID = { shortcode: SHORTCODE, from: DAY?.from ?? 0, until: DAY?.until ?? 0 };

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const linesOf = async (statement: Awaited<ReturnType<Office["after"]>>, within?: { from: number; until: number }) => {
  const { lines, content } = statement;
  if (!lines || !content) throw new Error("the statement has no lines");
  const found: StatementLine[] = [];
  for await (const line of office.readLines({ lines, content }, within)) found.push(line);
  return found;
};

describe("an import", () => {
  test("keeps every line as the file says it, adds up, and wakes each whole day", async () => {
    const statement = await office.imported(CLASSIC);
    const { lines, head, summary } = await readWhole(CLASSIC);
    expect(statement).toMatchObject({
      state: "imported",
      duplicateOf: null,
      refusal: null,
      content: {
        template: "classic",
        shortcode: SHORTCODE,
        account: "utility",
        accountName: "Utility Account",
        from: dayBounds("2026-11-20")?.from,
        until: dayBounds("2026-11-21")?.until,
        opening: head.opening,
        closing: head.closing,
        paidIn: summary.paidIn,
        withdrawn: summary.withdrawn,
        lineCount: lines.length,
        unreadableCount: 0,
        balanceBreaks: 0,
      },
    });
    expect(await linesOf(statement)).toEqual(lines);
    expect(office.messages).toEqual([
      { shortcode: SHORTCODE, day: "2026-11-20" },
      { shortcode: SHORTCODE, day: "2026-11-21" },
    ]);
    expect(await office.statements.covering(SHORTCODE, "2026-11-21")).toEqual([statement]);
    expect(await office.exceptions()).toEqual([]);
  });

  test("hands out the lines of one day alone when only those are wanted", async () => {
    const statement = await office.imported(CLASSIC);
    const { lines } = await readWhole(CLASSIC);
    const within = { from: DAY?.from ?? 0, until: DAY?.until ?? 0 };
    const wanted = lines.filter(({ completedAt }) => completedAt >= within.from && completedAt < within.until);
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.length).toBeLessThan(lines.length);
    expect(await linesOf(statement, within)).toEqual(wanted);
  });

  test("takes the newer form with what the request says, of all accounts where it names none", async () => {
    const statement = await office.imported(CURRENT, SAID);
    expect(statement).toMatchObject({
      state: "imported",
      content: { template: "current", account: null, accountName: null, lineCount: 13, from: SAID.from },
    });
    expect(office.messages).toEqual([{ shortcode: SHORTCODE, day: "2026-11-21" }]);
  });

  test("lists every row that it could not read, and makes an exception of each", async () => {
    const broken = CLASSIC.toString("utf8").replace("TKA10AAAC3,20-11-2026 15:02:20", "TKA10AAAC3,someday");
    const statement = await office.imported(broken);
    expect(statement.content).toMatchObject({ lineCount: 11, unreadableCount: 1 });
    expect(statement.content?.unreadable).toMatchObject([{ column: "Completion Time", rows: [15] }]);
    expect(await office.exceptions()).toMatchObject([{ kind: "unreadable_row", transactionId: null }]);
    await office.take(statement);
    expect(await office.exceptions()).toHaveLength(1);
  });

  test("of a file with very many unreadable rows raises the first hundred and one more for the rest", async () => {
    const [head = ""] = CURRENT.toString("utf8").split("\r\n");
    const good = "TKM2000008,21/11/2026 09:00:00,Pay Bill from 2547****111 - A Acc. x,Completed,530.00,0.00,530.00";
    const bad = Array.from({ length: 1_200 }, () => "??,,,,,,");
    const statement = await office.imported([head, good, ...bad].join("\r\n"), SAID);
    expect(statement.content).toMatchObject({ lineCount: 1, unreadableCount: 1_200 });
    expect(statement.content?.unreadable.flatMap(({ rows }) => rows)).toHaveLength(1_000);
    const { exceptions, next } = await office.books.exceptions.list({
      ...{ storefront: "shop", filters: { status: "open" as const }, limit: 100, cursor: null },
    });
    const rest = await office.books.exceptions.list({
      ...{ storefront: "shop", filters: { status: "open" as const }, limit: 100, cursor: next },
    });
    expect([...exceptions, ...rest.exceptions]).toHaveLength(101);
  });
});

describe("the same again", () => {
  test("is a duplicate, as a workbook too, and nothing counts twice", async () => {
    const first = await office.imported(CURRENT, SAID);
    const rows = CURRENT.toString("utf8")
      .trim()
      .split("\r\n")
      .map((line) =>
        [...line.matchAll(/"([^"]*)"|([^,]+)|(?<=,)(?=,|$)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ""),
      );
    const workbook = await writeXlsx({ sheets: [{ name: "transaction", rows }] });
    const again = await office.imported(workbook, SAID);
    expect(again).toMatchObject({ state: "imported", duplicateOf: first.id, lines: null, content: { format: "xlsx" } });
    expect(again.content?.digest).toBe(first.content?.digest);
    expect((await office.statements.covering(SHORTCODE, "2026-11-21")).map(({ id }) => id)).toEqual([first.id]);
  });

  test("imported twice at once, counts once", async () => {
    const [one, other] = [await office.asked(), await office.asked()];
    office.upload(one, CLASSIC);
    office.upload(other, CLASSIC);
    await Promise.all([office.take(one), office.take(other), office.take(one)]);
    const ended = await Promise.all([office.after(one), office.after(other)]);
    expect(ended.map(({ state }) => state)).toEqual(["imported", "imported"]);
    expect(ended.filter(({ duplicateOf }) => duplicateOf === null)).toHaveLength(1);
    expect(await office.statements.covering(SHORTCODE, "2026-11-21")).toHaveLength(1);
  });

  test("of other days is another statement", async () => {
    const first = await office.imported(CURRENT, SAID);
    const wider = await office.imported(CURRENT, { ...SAID, from: dayBounds("2026-11-20")?.from ?? 0 });
    expect(wider.duplicateOf).toBeNull();
    expect(wider.content?.digest).not.toBe(first.content?.digest);
  });

  test("the newest statement of an account is the one that its day is reconciled with", async () => {
    await office.imported(CURRENT, SAID);
    office.books.time.now += 60_000;
    const less = CURRENT.toString("utf8").replace(/TKM2000008.*\r?\n?/, "");
    const newer = await office.imported(less, SAID);
    const utility = await office.imported(CLASSIC);
    const covering = await office.statements.covering(SHORTCODE, "2026-11-21");
    expect(covering.map(({ id }) => id).sort()).toEqual([newer.id, utility.id].sort());
  });
});

describe("an import that breaks off", () => {
  test("behind its end is finished when the event comes again, or when the file is sent again", async () => {
    const statement = await office.asked();
    office.upload(statement, CLASSIC);
    office.world.queueIsDown = true;
    await expect(office.take(statement)).rejects.toThrow("the queue is down");
    expect((await office.after(statement)).state).toBe("imported");
    office.world.queueIsDown = false;
    await office.take(statement);
    expect(office.messages).toHaveLength(2);
    await office.imported(CLASSIC);
    expect(office.messages).toHaveLength(4);
  });

  test("before its end leaves the statement waiting, and counts nothing", async () => {
    const statement = await office.asked();
    await expect(office.take(statement)).rejects.toThrow("no such file");
    expect((await office.after(statement)).state).toBe("importing");
    expect(await office.statements.covering(SHORTCODE, "2026-11-21")).toEqual([]);
    office.upload(statement, CLASSIC);
    await office.take(statement);
    expect((await office.after(statement)).state).toBe("imported");
  });

  test("a second file for a statement that has ended is left alone", async () => {
    const statement = await office.imported(CLASSIC);
    office.upload(statement, CURRENT);
    await office.take(statement);
    expect(await office.after(statement)).toEqual(statement);
    expect(office.logged).toContain("statement.upload_ignored");
  });
});

describe("a file that can't be used", () => {
  const cases: readonly (readonly [string, string | Uint8Array, Parameters<Office["imported"]>[1], string])[] = [
    ["is no statement", "a,b\n1,2\n", SAID, "not_a_statement"],
    ["is empty", "", SAID, "empty_file"],
    ["says no shortcode when the request says none", CURRENT, { ...SAID, shortcode: null }, "shortcode_missing"],
    ["is of a shortcode that is not ours", CURRENT, { ...SAID, shortcode: "654321" }, "foreign_shortcode"],
    ["says no period when the request says none", CURRENT, { shortcode: SHORTCODE }, "period_missing"],
    [
      "has lines of other days than were said",
      CURRENT,
      { ...SAID, from: SAID.from - 86_400_000, until: SAID.from },
      "outside_period",
    ],
    ["is of another account than was said", CLASSIC, { account: "merchant" }, "contradicts_request"],
    ["is of another shortcode than was said", CLASSIC, { shortcode: "654321" }, "contradicts_request"],
    ["is of other days than were said", CLASSIC, { from: SAID.from, until: SAID.until }, "contradicts_request"],
  ];
  for (const [what, file, about, code] of cases)
    test(`because it ${what} is refused with what to do, and changes nothing`, async () => {
      const statement = await office.imported(file, about);
      expect(statement).toMatchObject({ state: "refused", content: null, lines: null, refusal: { code } });
      expect(statement.refusal?.message).toMatch(/[.]$/);
      expect(office.messages).toEqual([]);
      expect(await office.exceptions()).toEqual([]);
      expect(await office.statements.covering(SHORTCODE, "2026-11-21")).toEqual([]);
      await office.take(statement);
      expect(await office.after(statement)).toEqual(statement);
    });

  test("none of whose rows can be read is refused, because there is nothing to reconcile with", async () => {
    const [head = ""] = CURRENT.toString("utf8").split("\r\n");
    const statement = await office.imported(`${head}\r\n??,,,,,,\r\n`, SAID);
    expect(statement).toMatchObject({ state: "refused", refusal: { code: "no_rows" } });
  });
});

describe("a day that was not over when its statement was asked for", () => {
  test("is never taken as covered: the file is refused, a finished day in it included, and says to export it again", async () => {
    office.books.time.now = SAID.until - 1;
    const early = [await office.asked(), await office.asked(SAID)] as const;
    office.upload(early[0], CLASSIC);
    office.upload(early[1], CURRENT);
    // When the file comes does not matter: it may have been exported as early as the statement was asked for.
    office.books.time.now = MORNING_AFTER;
    for (const statement of early) {
      await office.take(statement);
      const { state, refusal } = await office.after(statement);
      expect([state, refusal?.code]).toEqual(["refused", "day_not_over"]);
      expect(refusal?.message).toContain("Export it again after the day is over");
    }
    expect(office.messages).toEqual([]);
    for (const day of ["2026-11-20", "2026-11-21"])
      expect(await office.statements.covering(SHORTCODE, day)).toEqual([]);
  });

  test("is covered by the same file once it is over, from its last moment on", async () => {
    office.books.time.now = SAID.until;
    const statement = await office.imported(CURRENT, SAID);
    expect(statement.state).toBe("imported");
    expect((await office.statements.covering(SHORTCODE, "2026-11-21")).map(({ id }) => id)).toEqual([statement.id]);
  });

  test("is not among the days that a statement is listed under", () => {
    const period = { from: dayBounds("2026-11-20")?.from ?? 0, until: SAID.until };
    expect(wholeDays(period, SAID.until)).toEqual(["2026-11-20", "2026-11-21"]);
    expect(wholeDays(period, SAID.until - 1)).toEqual(["2026-11-20"]);
    expect(wholeDays(period, SAID.from - 1)).toEqual([]);
  });
});

test("a file of a storefront that does not own the shortcode is refused, however its statement came to be, until the owner sends it", async () => {
  office.world.owner = "neighbour";
  const statement = await office.imported(CLASSIC);
  expect(statement).toMatchObject({ state: "refused", content: null, refusal: { code: "foreign_shortcode" } });
  expect(statement.refusal?.message).toContain("owns the shortcode");
  expect(office.messages).toEqual([]);
  expect(await office.statements.covering(SHORTCODE, "2026-11-21")).toEqual([]);
  office.world.owner = "shop";
  expect((await office.imported(CLASSIC)).state).toBe("imported");
});

describe("kept lines", () => {
  test("of which anything was changed or cut off are a fault, at the latest behind the last one", async () => {
    const statement = await office.imported(CLASSIC);
    const { file = "", sha256 = "" } = statement.lines ?? {};
    const bytes = office.bucket.kept.get(file) ?? Buffer.alloc(0);
    office.bucket.kept.set(file, bytes.subarray(0, bytes.length - 20));
    await expect(linesOf(statement)).rejects.toThrow("can't be unpacked");
    office.bucket.kept.set(file, bytes);
    await expect(linesOf({ ...statement, lines: { file, sha256: "0".repeat(64) } })).rejects.toThrow("not those");
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    office.bucket.kept.delete(file);
    await expect(linesOf(statement)).rejects.toThrow("gone");
  });
});

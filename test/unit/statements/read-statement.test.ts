import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { cut, fixture, LIMITS, readWhole, refusal } from "./reading.ts";
import { readStatement } from "../../../functions/statements/read-statement.ts";

const CLASSIC = fixture("classic.csv").toString("utf8");
const CURRENT = fixture("current.csv").toString("utf8");
const at = (text: string): number => Date.parse(`${text}+03:00`);

const HEAD = "Receipt No,Completion Time,Details,Transaction Status,Paid In (KSHs),Withdrawn (KSHs),Balance (KSHs)";
const ROW =
  'TKM2000001,21/11/2026 16:15:18,Pay Bill from 2547****111 - ALICE EXAMPLE Acc. alice,Completed,"1,100.00",0.00,"2,100.00"';

describe("the classic template", () => {
  it("says of itself which account it covers, when, and what the account held", async () => {
    const { format, head } = await readWhole(CLASSIC);
    expect(format).toBe("csv");
    expect(head).toEqual({
      template: "classic",
      shortcode: "123456",
      account: "Utility Account",
      from: at("2026-11-20T00:00:00"),
      to: at("2026-11-21T23:59:59"),
      opening: 100_000,
      closing: 2_848_175,
    });
  });

  it("gives a payment and its charge as two lines under one receipt", async () => {
    const { lines } = await readWhole(CLASSIC);
    expect(lines.filter(({ receipt }) => receipt === "TKB10AAAD6")).toEqual([
      {
        row: 11,
        receipt: "TKB10AAAD6",
        kind: "charge",
        completedAt: at("2026-11-21T16:15:42"),
        initiatedAt: at("2026-11-21T16:15:42"),
        amount: -6_200,
        balance: 2_899_075,
        completed: true,
        status: "Completed",
        details: "Pay Bill Charge",
        party: { phone: null, name: "SP" },
        reference: null,
        linkedReceipt: null,
      },
      {
        row: 12,
        receipt: "TKB10AAAD6",
        kind: "payment",
        completedAt: at("2026-11-21T16:15:42"),
        initiatedAt: at("2026-11-21T16:15:42"),
        amount: 2_757_300,
        balance: 2_905_275,
        completed: true,
        status: "Completed",
        details: "Pay Bill from 010****222 - bob **** sample Acc. 850060",
        party: { phone: { form: "masked", head: "010", tail: "222" }, name: "bob **** sample" },
        reference: "850060",
        linkedReceipt: null,
      },
    ]);
  });

  it("gives payouts, transfers and reversals their kinds, and a reversal the receipt that it reverses", async () => {
    const { lines } = await readWhole(CLASSIC);
    const kinds = lines.map(({ receipt, kind, amount }) => `${receipt.slice(-2)} ${kind} ${amount}`);
    expect(kinds).toContain("E7 payout -50000");
    expect(kinds).toContain("E7 charge -900");
    expect(kinds).toContain("S5 transfer -80000");
    expect(kinds).toContain("R4 reversal -45000");
    expect(lines.find(({ kind }) => kind === "reversal")?.linkedReceipt).toBe("TKA10AAAB2");
  });

  it("adds up: opening balance and movements are the closing balance, without what was cancelled", async () => {
    const { lines, summary } = await readWhole(CLASSIC);
    expect(lines.find(({ completed }) => !completed)).toMatchObject({ status: "Cancelled", amount: 30_000 });
    expect(summary).toMatchObject({
      lineCount: 12,
      unreadableCount: 0,
      paidIn: 2_932_275,
      withdrawn: -184_100,
      closing: { expected: 2_848_175, found: 2_848_175 },
      balances: { compared: 11, breakCount: 0, breaks: [] },
    });
  });
});

describe("the current template", () => {
  it("is read without anything above its header", async () => {
    const { head, lines, unreadable } = await readWhole(CURRENT);
    expect(head).toEqual({
      ...{ template: "current", shortcode: null, account: null },
      ...{ from: null, to: null, opening: null, closing: null },
    });
    expect(unreadable).toEqual([]);
    expect(lines).toHaveLength(13);
    expect(lines[5]).toMatchObject({
      row: 7,
      kind: "payment",
      completedAt: at("2026-11-21T16:15:18"),
      initiatedAt: null,
      amount: 110_000,
      balance: 7_207_000,
      party: { phone: { form: "masked", head: "2547", tail: "111" }, name: "ALICE WANJIRU EXAMPLE" },
      reference: "alice",
    });
  });

  it("gives sweeps as pairs under one receipt, and what leaves for the bank as a withdrawal", async () => {
    const { lines } = await readWhole(CURRENT);
    expect(lines.slice(0, 5).map(({ receipt, kind, amount }) => [receipt, kind, amount])).toEqual([
      ["TKM20WD001", "withdrawal", -7_207_000],
      ["TKM20IT001", "transfer", 7_207_000],
      ["TKM20IT001", "transfer", -7_207_000],
      ["TKM20IT002", "transfer", 7_207_000],
      ["TKM20IT002", "transfer", -7_207_000],
    ]);
  });

  it("takes shortcode and period from a title that somebody put above the header", async () => {
    const title = "Statements for 654321 from 2026-11-21 to 2026-11-22";
    const { head, lines } = await readWhole(`${title}\r\n\r\n${CURRENT}`);
    expect(head).toMatchObject({
      shortcode: "654321",
      from: at("2026-11-21T00:00:00"),
      to: at("2026-11-22T23:59:59"),
    });
    expect(lines[0]?.row).toBe(4);
  });
});

describe("a file is read however it was saved", () => {
  const semicolons = CLASSIC.replaceAll(",", ";");
  const swapped = Buffer.from(`\uFEFF${CLASSIC}`, "utf16le").swap16();
  it.each<[string, string | Buffer]>([
    ["with a byte order mark", `\uFEFF${CLASSIC}`],
    ["as UTF-16 by Excel", Buffer.from(`\uFEFF${CLASSIC}`, "utf16le")],
    ["as UTF-16, high byte first", swapped],
    ["with CRLF", CLASSIC.replaceAll("\n", "\r\n")],
    ["with CR alone", CLASSIC.replaceAll("\n", "\r")],
    ["without a last line end", CLASSIC.trimEnd()],
    ["with semicolons", semicolons],
    ["with Excel's line that names the delimiter", `sep=;\r\n${semicolons}`],
    ["with tabs", CLASSIC.replaceAll(",", "\t")],
    ["with everything in quotes", CLASSIC.replace(/[^,\n]+/g, '"$&"')],
    ["with spaces around its cells", CLASSIC.replaceAll(",", " , ")],
    ["with trailing delimiters", CLASSIC.replaceAll("\n", ",,,\n")],
    ["with its dates as the year first", CLASSIC.replace(/(\d\d)-(\d\d)-(2026)/g, "$3-$2-$1")],
    ["with slashes in its dates", CLASSIC.replace(/(\d\d)-(\d\d)-(2026)/g, "$1/$2/$3")],
    ["with the month first", CLASSIC.replace(/(\d\d)-(\d\d)-(2026)/g, "$2/$1/$3")],
    ["with thousands separators", CLASSIC.replace("27573.0", '"27,573.00"')],
    ["with the withdrawn not negative", CLASSIC.replaceAll(",-", ",")],
  ])("%s", async (_how, file) => {
    const plain = await readWhole(CLASSIC);
    const read = await readWhole(file);
    expect(read.lines).toEqual(plain.lines);
    expect(read.head).toEqual(plain.head);
    expect(read.summary.digest).toBe(plain.summary.digest);
  });

  it("with blank rows anywhere, which are counted and not read", async () => {
    const { lines } = await readWhole(`\n${HEAD}\n\n,,,\n${ROW}\n\n${ROW}\n`);
    expect(lines.map(({ row }) => row)).toEqual([5, 7]);
  });

  it("in chunks of any size, an empty one among them", async () => {
    const bytes = Buffer.from(`\uFEFF${CURRENT}`, "utf16le");
    const sizes = [1, 0, 2, 1, ...Array.from({ length: bytes.length }, () => 1)];
    expect((await readWhole(bytes, { sizes })).lines).toEqual((await readWhole(bytes)).lines);
  });

  it("with a quotation mark inside of a cell that is not quoted", async () => {
    const { lines } = await readWhole(`${HEAD}\n${ROW.replace("Acc. alice", 'Acc. 5" pipe')}\n`);
    expect(lines[0]?.reference).toBe('5" pipe');
  });
});

describe("what can't be read is listed, and never skipped", () => {
  it.each<[string, [from: string, to: string], string | null]>([
    ["a receipt that is none", ["TKM2000001", "1.23E+10"], "Receipt No."],
    ["no receipt", ["TKM2000001", ""], "Receipt No."],
    ["a date without a time", ["21/11/2026 16:15:18", "21/11/2026"], "Completion Time"],
    ["a day that no month has", ["21/11/2026", "31/11/2026"], "Completion Time"],
    ["no date", ["21/11/2026 16:15:18", ""], "Completion Time"],
    ["an amount with a comma for cents", ['"1,100.00"', '"1.100,00"'], "Paid In"],
    ["an amount below zero", ['"1,100.00"', "-1"], "Paid In"],
    ["an amount that a spreadsheet has rounded", ['"1,100.00"', "1.1E+12"], "Paid In"],
    ["both in and out", ['",0.00', '",-5.00'], "Withdrawn"],
    ["an amount that is none", ['",0.00', '",#REF!'], "Withdrawn"],
    ["neither in nor out", ['"1,100.00",0.00', ","], "Paid In"],
    ["a balance that is none", ['"2,100.00"', "see above"], "Balance"],
    ["more cells than columns", ['"1,100.00"', "1,100.00"], null],
  ])("%s", async (_what, [from, to], column) => {
    const { lines, unreadable, summary } = await readWhole(`${HEAD}\n${ROW}\n${ROW.replace(from, to)}\n${ROW}\n`);
    expect(lines.map(({ row }) => row)).toEqual([2, 4]);
    expect(unreadable).toMatchObject([{ row: 3, column }]);
    expect(summary).toMatchObject({ lineCount: 2, unreadableCount: 1 });
  });

  it("rows that an open quotation mark has swallowed", async () => {
    const plain = ROW.replaceAll(/"|,(?=\d{3}[.])/g, "");
    const file = [HEAD, plain.replace("Pay Bill", '"Pay Bill'), plain.replace("alice", 'alice"'), plain].join("\n");
    const { lines, unreadable } = await readWhole(file);
    expect(lines).toHaveLength(1);
    expect(unreadable).toMatchObject([{ row: 2, column: null }]);
    expect(unreadable[0]?.message).toContain("quotation mark");
  });

  it("without a word of what stands in the row", async () => {
    const secret = "0712345678 ALICE";
    const cells = ROW.replaceAll(/"|,(?=\d{3}[.])/g, "").split(",");
    const rows = cells.map((_, place) => cells.with(place, secret).join(","));
    const { unreadable } = await readWhole(`${HEAD}\n${rows.join("\n")}\n`);
    expect(unreadable.length).toBeGreaterThan(3);
    for (const { message } of unreadable) expect(message).not.toMatch(/0712345678|ALICE|TKM/);
  });

  it("but a line that was never completed may say when it was begun only", async () => {
    const row = CLASSIC.split("\n").find((line) => line.includes("Cancelled")) ?? "";
    const { lines } = await readWhole(CLASSIC.replace(row, row.replace("21-11-2026 16:45:00", "")));
    expect(lines[0]).toMatchObject({ completed: false, completedAt: at("2026-11-21T16:45:00") });
  });
});

describe("a file that can't be used is refused", () => {
  it.each<[string, string | Uint8Array, string]>([
    ["with nothing in it", "", "empty_file"],
    ["with nothing but blank lines", "\n\n , \n", "not_a_statement"],
    ["of something else", "phone,amount\n0712345678,100\n", "not_a_statement"],
    ["whose header comes too late", `${"x,y\n".repeat(40)}${HEAD}\n${ROW}\n`, "not_a_statement"],
    ["without a column that is needed", HEAD.replace("Paid In (KSHs),", ""), "missing_columns"],
    ["with a column twice", `${HEAD},Details\n`, "duplicate_columns"],
    ["that is an old workbook", Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1), "unreadable"],
    ["that is a PDF", "%PDF-1.7 ...", "unreadable"],
    ["that is a web page", "<html><table>", "unreadable"],
    ["that is no text", `${HEAD}\n\0\0\0\0`, "unreadable"],
    ["with a row that never ends", `${HEAD}\n"${"x".repeat(20_000)}`, "unreadable"],
    ["with text behind a closing quotation mark", `${HEAD}\n"TKM"2,${ROW}\n`, "unreadable"],
    ["with very many cells", `${HEAD}\n${",".repeat(100)}x\n`, "unreadable"],
  ])("%s", async (_what, file, code) => {
    expect((await refusal(file)).code).toBe(code);
  });

  it("when it is larger than its limits, in bytes or in rows", async () => {
    const file = `${HEAD}\n${`${ROW}\n`.repeat(20)}`;
    expect((await refusal(file, { limits: { ...LIMITS, mostRows: 20 } })).code).toBe("too_many_rows");
    expect((await refusal(file, { limits: { ...LIMITS, mostBytes: 500 } })).code).toBe("too_large");
    expect((await readWhole(file, { limits: { ...LIMITS, mostRows: 21 } })).lines).toHaveLength(20);
  });

  it("and its source is closed, so that nothing of it is downloaded for nobody", async () => {
    let closed = 0;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield await Promise.resolve(Buffer.from("%PDF-1.7 "));
      } finally {
        closed += 1;
      }
    }
    await expect(readStatement(source, LIMITS)).rejects.toMatchObject({ code: "unreadable" });
    expect(closed).toBe(1);
  });
});

it("a statement of a day on which nothing happened is a statement", async () => {
  const { lines, summary } = await readWhole(`${HEAD}\n`);
  expect(lines).toEqual([]);
  expect(summary).toMatchObject({ lineCount: 0, paidIn: 0, withdrawn: 0 });
});

it("statements that say something else have another digest", async () => {
  const files = [CURRENT, CURRENT.replace("alice", "alicia"), CURRENT.replace('"1,100.00"', '"1,100.01"'), CLASSIC];
  const digests = await Promise.all(files.map(async (file) => (await readWhole(file)).summary.digest));
  expect(new Set(digests).size).toBe(files.length);
});

it("a file is opened twice and read once each time", async () => {
  const opened: number[] = [];
  const { events } = await readStatement(() => {
    opened.push(opened.length);
    return cut(Buffer.from(CURRENT, "utf8"));
  }, LIMITS);
  for await (const event of events) if (event.type === "end") expect(event.summary.lineCount).toBe(13);
  expect(opened).toEqual([0, 1]);
});

import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { readCsvRows } from "../../../../functions/payouts/rows/csv-rows.ts";
import { FileRefused } from "../../../../functions/payouts/rows/file-refused.ts";
import type { RawRow } from "../../../../functions/payouts/rows/raw-row.ts";
import type { ByteSource } from "../../../../functions/payouts/rows/text.ts";

const LIMITS = { maxRows: 100_000, maxBytes: 20_000_000 };
const HEAD = "phone,amount,reference,remarks";
const PHONE = "0712345678";

const read = async (source: ByteSource, limits = LIMITS): Promise<{ rows: RawRow[]; warnings: string[] }> => {
  const rows: RawRow[] = [];
  const warnings: string[] = [];
  for await (const row of readCsvRows(source, { ...limits, warn: (text) => void warnings.push(text) })) rows.push(row);
  return { rows, warnings };
};
const refusal = async (source: ByteSource, limits = LIMITS): Promise<FileRefused> => {
  const outcome = await read(source, limits).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(FileRefused);
  return outcome as FileRefused;
};
const cells = async (source: ByteSource): Promise<string[][]> =>
  (await read(source)).rows.map(({ cells: c }) => [c.phone, c.amount, c.reference, c.remarks]);

const ONE = [[PHONE, "1500", "INV-1", "Thanks"]];
const utf16be = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();

describe("a file is read however it was saved", () => {
  const plain = `${HEAD}\n${PHONE},1500,INV-1,Thanks\n`;
  it.each<[string, ByteSource]>([
    ["as plain text", plain],
    ["without a last line end", plain.trimEnd()],
    ["with a byte order mark", `\uFEFF${plain}`],
    ["as UTF-16 by Excel", Buffer.from(`\uFEFF${plain}`, "utf16le")],
    ["as UTF-16, high byte first", utf16be(`\uFEFF${plain}`)],
    ["with CRLF", plain.replaceAll("\n", "\r\n")],
    ["with CR alone, as old Macs do", plain.replaceAll("\n", "\r")],
    ["with semicolons", plain.replaceAll(",", ";")],
    ["with tabs", plain.replaceAll(",", "\t")],
    ["with Excel's line that names the delimiter", `sep=;\r\n${plain.replaceAll(",", ";")}`],
    ["with everything in quotes", plain.replace(/[^,\n]+/g, '"$&"')],
    ["with spaces around its cells", plain.replaceAll(",", " , ")],
    ["with blank lines before the header and between rows", `\n  \n${plain.replace("\n", "\n\n\n")}\n\n`],
    ["with rows of empty cells", plain.replace("\n", "\n,,,\n")],
    ["with trailing delimiters", plain.replaceAll("\n", ",,\n")],
    ["with its columns in another order", `Remarks,Reference,Amount,Phone\nThanks,INV-1,1500,${PHONE}\n`],
  ])("%s", async (_how, source) => {
    expect(await cells(source)).toEqual(ONE);
  });

  it("with delimiters, quotation marks and line breaks inside quoted cells", async () => {
    const file = `${HEAD}\r\n${PHONE},"1,500","A ""B"", C","two\r\nlines"\r\n`;
    expect(await cells(file)).toEqual([[PHONE, "1,500", 'A "B", C', "two\nlines"]]);
  });

  it("in chunks that cut a character, a line end and a quoted cell", async () => {
    const bytes = Buffer.from(`\uFEFF${HEAD}\r\n${PHONE},"1,500",Ngũgĩ,"x ""y"""\r\n`, "utf8");
    async function* single(): AsyncGenerator<Uint8Array> {
      for (const byte of bytes) yield await Promise.resolve(Uint8Array.of(byte));
    }
    expect(await cells(single())).toEqual([[PHONE, "1,500", "Ngũgĩ", 'x "y"']]);
    expect((await read(single())).rows).toMatchObject([{ row: 1, line: 2 }]);
  });
});

describe("columns are known by their names", () => {
  it.each([
    ["PHONE,AMOUNT"],
    [" Phone Number , Amount (KES) "],
    ["msisdn,KES"],
    ["Mobile No.,Amount_KSh"],
    ["Number,kiasi"],
    ["M-PESA Number,amount"],
  ])("%s", async (head) => {
    expect(await cells(`${head}\n${PHONE},1500\n`)).toEqual([[PHONE, "1500", "", ""]]);
  });

  it("the delimiter is the one under which the names are known, however many of another there are", async () => {
    const file = `No, of, all, staff;Phone;"Amount, in KES"\nx;${PHONE};1500\n`;
    expect(await cells(file)).toEqual([[PHONE, "1500", "", ""]]);
  });

  it("a name column is passed over in silence, an unknown one with a warning", async () => {
    const { rows, warnings } = await read(`Name,Phone,Amount,Department,Bank\nW,${PHONE},1500,HR,KCB\n`);
    expect(rows).toHaveLength(1);
    expect(warnings).toEqual([expect.stringContaining('"Department", "Bank"')]);
    expect((await read(`Name,Phone,Amount\nW,${PHONE},1500\n`)).warnings).toEqual([]);
  });

  it("cells that no column names are told apart from empty ones", async () => {
    const { rows } = await read(`phone,amount,\n${PHONE},1,500\n${PHONE},1500,\n${PHONE},1500,,,\n${PHONE},1500,,x\n`);
    expect(rows.map(({ surplus }) => surplus)).toEqual([true, false, false, true]);
  });
});

describe("an amount that a comma has cut in two", () => {
  const surplus = async (source: string): Promise<boolean[]> => (await read(source)).rows.map((row) => row.surplus);

  it.each([
    ["leaves the row longer than the header", HEAD, `${PHONE},15,250,Jan,`],
    ["leaves zeros where the reference should be", HEAD, `${PHONE},15,000,Jan`],
    ["leaves zeros in a column that is passed over", "phone,amount,name", `${PHONE},15,000`],
    ["has cents", HEAD, `${PHONE},15,000.00,Jan,`],
    ["has its currency", HEAD, `${PHONE},KES 15,000/=,Jan,`],
    ["stands before another column", "amount,phone", `15,000,${PHONE}`],
  ])("%s", async (_, head, row) => {
    expect(await surplus(`${head}\n${row}\n${PHONE},1500,A,B\n`)).toEqual([true, expect.any(Boolean)]);
  });

  it("is none when it is quoted, when other delimiters part the cells, or when the next cell is no part of it", async () => {
    expect(await surplus(`${HEAD}\n${PHONE},"15,000",Jan,\n`)).toEqual([false]);
    expect(await surplus(`phone;amount;reference\n${PHONE};15;000;\n`)).toEqual([false]);
    expect(await surplus(`${HEAD}\n${PHONE},1500,000,\n${PHONE},500,0001,\n${PHONE},500,,,\n`)).toEqual([
      false,
      false,
      false,
    ]);
  });

  it("is only said to be possible when the row has the header's length", async () => {
    const { rows, warnings } = await read(`${HEAD}\n${PHONE},500,101,Jan\n${PHONE},1500,101,Jan\n${PHONE},1,500\n`);
    expect(rows.map((row) => row.surplus)).toEqual([false, false, false]);
    expect(warnings).toEqual([expect.stringMatching(/in 2 rows.*first: row 1, 3\./)]);
  });
});

it("rows are counted as a person counts them, lines as an editor does", async () => {
  const file = `\n${HEAD}\n\n${PHONE},1,A,"x\r\ny\r\n"\n,,,\n${PHONE},2,B,\r\n\r\n${PHONE},3,C,`;
  const { rows } = await read(file);
  expect(rows.map(({ row, line, cells: { amount } }) => [row, line, amount])).toEqual([
    [1, 4, "1"],
    [2, 8, "2"],
    [3, 10, "3"],
  ]);
});

describe("a file that can't be used is refused as a whole, with what to do", () => {
  const tooWide = Array.from({ length: 65 }, (_, index) => `column ${index}`).join(",");
  it.each<[string, ByteSource, string, string, number | null]>([
    ["an empty file", "", "empty_file", "no rows", null],
    ["blank lines alone", "\n \n\r\n", "empty_file", "no rows", null],
    ["a header alone", `${HEAD}\n\n`, "empty_file", "no rows", null],
    ["a mark alone", "\uFEFF", "empty_file", "no rows", null],
    ["no header", `\n${PHONE},1500,INV-1\n`, "no_header", "must name the columns", 2],
    ["wrong headers", `who,how much\n${PHONE},1500\n`, "missing_columns", '"who", "how much"', 1],
    ["a header without an amount", `phone,name\n${PHONE},W\n`, "missing_columns", "named amount", 1],
    ["a header with data in it", `phone,${PHONE}\n${PHONE},W\n`, "missing_columns", "(digits)", 1],
    ["two columns for one thing", `phone,mobile,amount\n1,2,3\n`, "duplicate_columns", '"phone", "mobile"', 1],
    ["too many columns", `${tooWide}\n`, "too_many_columns", "65 columns", 1],
    ["too many cells", `${HEAD}\n${",".repeat(16_400)}x`, "too_many_columns", "16,384 cells", 2],
    ["a quote that is never closed", `${HEAD}\n${PHONE},1,A,\n${PHONE},1,"A,\n`, "unreadable", "never closed", 3],
    ["a quote inside a cell", `${HEAD}\n\n${PHONE},1,5" pipe,\n`, "unreadable", "Line 3", 3],
    ["text after a quoted cell", `${HEAD}\n${PHONE},"1" 500,A,\n`, "unreadable", "Line 2", 2],
    ["a row without end", `${HEAD}\n${PHONE},1,${"A".repeat(20_000)}`, "unreadable", "line 2", 2],
    ["delimiters without end", `${HEAD}\n${",".repeat(1_000_000)}`, "unreadable", "line 2", 2],
    ["a first line without end", " ".repeat(200_000) + HEAD, "no_header", "does not begin", null],
    ["an Excel workbook", Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 6, 0]), "unreadable", "Excel workbook", null],
    ["an old Excel workbook", Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), "unreadable", "CSV UTF-8", null],
    ["a PDF", "%PDF-1.7\n", "unreadable", "a PDF", null],
    ["a zipped file", Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]), "unreadable", "compressed", null],
    ["UTF-16 without its mark", Buffer.from(`${HEAD}\n`, "utf16le"), "unreadable", "not plain text", null],
    ["binary", Buffer.from([1, 2, 3, 0, 5, 6, 7]), "unreadable", "not plain text", null],
  ])("%s", async (...[, source, code, words, line]) => {
    const refused = await refusal(source);
    expect(refused).toMatchObject({ code, line });
    expect(refused.message).toContain(words);
    expect(refused.message).not.toContain(PHONE);
  });

  it("100,001 rows, while 100,000 are read", async () => {
    const rows = (count: number): string => `phone,amount\n${`${PHONE},10\n`.repeat(count)}\n\n`;
    expect((await read(rows(100_000))).rows).toHaveLength(100_000);
    const refused = await refusal(rows(100_001));
    expect(refused).toMatchObject({ code: "too_many_rows", line: 100_002 });
    expect(refused.message).toContain("100,000 rows");
  });

  it("more bytes than the limit, while as many as the limit are read", async () => {
    const file = `phone,amount\n${PHONE},10\n`;
    expect((await read(file, { maxRows: 1, maxBytes: file.length })).rows).toHaveLength(1);
    expect(await refusal(file, { maxRows: 1, maxBytes: file.length - 1 })).toMatchObject({ code: "too_large" });
  });
});

it("what the source itself throws is not taken for a fault of the file", async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from(`${HEAD}\n`));
    throw new Error("the connection was reset");
  }
  await expect(read(broken())).rejects.toThrow("the connection was reset");
});

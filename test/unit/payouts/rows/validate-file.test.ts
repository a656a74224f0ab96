import { describe, expect, it } from "vitest";
import type { BatchRow } from "../../../../functions/domain/batch-row.ts";
import { FileRefused } from "../../../../functions/payouts/rows/file-refused.ts";
import { thaw } from "../../../../functions/payouts/rows/frozen-rows.ts";
import { readJsonRows } from "../../../../functions/payouts/rows/json-rows.ts";
import type { UnplacedRow } from "../../../../functions/payouts/rows/raw-row.ts";
import { REJECTED_KEPT } from "../../../../functions/payouts/rows/rejections.ts";
import { SCREENED_AT_ONCE } from "../../../../functions/payouts/rows/screening.ts";
import { validateFile, validateRows } from "../../../../functions/payouts/rows/validate-file.ts";
import type { Validated } from "../../../../functions/payouts/rows/validate-file.ts";

const HEAD = { storefront: "duka", shortcode: "600000", reference: "NOV-2026", kind: "salary" };
const OPTIONS = {
  head: HEAD,
  shillings: { min: 10, max: 250_000 },
  allowDuplicates: false,
  maxRows: 100_000,
  maxBytes: 20_000_000,
};
const file = (...lines: string[]): string => ["phone,amount,reference", ...lines].join("\n");
const phone = (index: number): string => `07${String(10_000_001 + index)}`;
const many = (count: number): string => file(...Array.from({ length: count }, (_, index) => `${phone(index)},100,`));
const rowsOf = async ({ bytes, digest }: Validated): Promise<BatchRow[]> => {
  const rows: BatchRow[] = [];
  for await (const row of thaw(bytes, { head: HEAD, digest })) rows.push(row);
  return rows;
};
const recent = (row: UnplacedRow) => ({
  row: row.row,
  field: null,
  code: "duplicate_recent" as const,
  message: "paid yesterday",
});

it("each row is accepted or rejected, and the accepted are frozen in order without gaps", async () => {
  const validated = await validateFile(
    file("0712345678,1500,A", "2.54712E+11,1500,B", "", "712345679,9,C", '0712345680,"2,000",', "0712345681,1,500,D"),
    OPTIONS,
  );
  expect(validated).toMatchObject({ count: 2, totalCents: 350_000, largestCents: 200_000, rejectedCount: 3 });
  expect(validated.rejected.map(({ row, field, code }) => [row, field, code])).toEqual([
    [2, "phone", "phone_mangled"],
    [3, "amount", "amount_out_of_range"],
    [5, null, "too_many_cells"],
  ]);
  expect(await rowsOf(validated)).toEqual([
    { position: 1, row: 1, phone: "254712345678", amount: 150_000, reference: "A", remarks: "" },
    { position: 2, row: 4, phone: "254712345680", amount: 200_000, reference: "NOV-2026", remarks: "" },
  ]);
});

it("the rejected are a file too, with the lines to mend", async () => {
  const { rejectedCsv } = await validateFile(file("0712345678,1500,A", "", "0712345679,x,B"), OPTIONS);
  const lines = rejectedCsv.toString("utf8").split("\r\n");
  expect(lines[0]).toBe("\uFEFFrow,line,field,code,message");
  expect(lines[1]).toMatch(/^2,4,amount,amount_invalid,"?This is not an amount/);
  expect(lines.slice(2)).toEqual([""]);
});

it("the first thousand rejected rows are kept as objects, all of them in the file", async () => {
  const count = REJECTED_KEPT + 234;
  const validated = await validateFile(file(...Array.from({ length: count }, (_, i) => `${phone(i)},1,`)), OPTIONS);
  expect(validated).toMatchObject({ count: 0, totalCents: 0, largestCents: 0, rejectedCount: count });
  expect(validated.rejected).toHaveLength(REJECTED_KEPT);
  expect(validated.rejectedCsv.toString("utf8").trimEnd().split("\r\n")).toHaveLength(count + 1);
});

describe("the same phone and amount twice", () => {
  const twice = file("0712345678,1500,A", "0712345678,1501,B", "+254712345678,1500.00,C", "712345678,1500,D");

  it("is rejected with the row that it repeats, however it is spelled", async () => {
    const validated = await validateFile(twice, OPTIONS);
    expect(validated.count).toBe(2);
    expect(validated.rejected).toEqual([
      expect.objectContaining({ row: 3, code: "duplicate_in_file" }),
      expect.objectContaining({ row: 4, code: "duplicate_in_file" }),
    ]);
    for (const { message } of validated.rejected) expect(message).toContain("repeats row 1 (same phone and amount)");
  });

  it("is paid twice when the maker says that it is meant", async () => {
    expect(await validateFile(twice, { ...OPTIONS, allowDuplicates: true })).toMatchObject({
      count: 4,
      rejectedCount: 0,
    });
  });

  it("is not a repetition when the first could not be paid", async () => {
    const validated = await validateFile(file(`0712345678,1500,${"R".repeat(65)}`, "0712345678,1500,A"), OPTIONS);
    expect(validated).toMatchObject({ count: 1, rejectedCount: 1 });
  });
});

describe("a screen", () => {
  it("is shown every accepted row once, in order, at most a hundred at a time", async () => {
    const shown: number[][] = [];
    const validated = await validateFile(many(250), {
      ...OPTIONS,
      screen: (rows) => {
        shown.push(rows.map(({ row }) => row));
        return Promise.resolve(rows.map(() => null));
      },
    });
    expect(shown.map(({ length }) => length)).toEqual([SCREENED_AT_ONCE, SCREENED_AT_ONCE, 50]);
    expect(shown.flat()).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
    expect(validated.count).toBe(250);
  });

  it("turns rows away, which leaves no gap and keeps the order even when a later look-up is faster", async () => {
    const waiting: (() => void)[] = [];
    const validated = await validateFile(many(400), {
      ...OPTIONS,
      screen: async (rows) => {
        const first = rows[0]?.row ?? 0;
        // The first chunk is answered only after the fourth was asked about.
        if (first === 1) await new Promise<void>((resolve) => waiting.push(resolve));
        if (first === 301) waiting.forEach((resolve) => resolve());
        return rows.map((row) => (row.row % 10 === 0 ? recent(row) : null));
      },
    });
    expect(validated).toMatchObject({ count: 360, rejectedCount: 40 });
    expect(validated.rejected.map(({ row }) => row)).toEqual(Array.from({ length: 40 }, (_, i) => (i + 1) * 10));
    const rows = await rowsOf(validated);
    expect(rows.map(({ position }) => position)).toEqual(Array.from({ length: 360 }, (_, index) => index + 1));
    expect(rows.every((row, index) => row.row > (rows[index - 1]?.row ?? 0))).toBe(true);
  });

  it("is not asked about rows that are rejected already", async () => {
    const validated = await validateFile(file("x,1,", "y,2,"), {
      ...OPTIONS,
      screen: () => Promise.reject(new Error("nothing to ask")),
    });
    expect(validated.rejectedCount).toBe(2);
  });

  it("that fails, or forgets a row, fails the whole", async () => {
    const failing = validateFile(many(1_000), { ...OPTIONS, screen: () => Promise.reject(new Error("throttled")) });
    await expect(failing).rejects.toThrow("throttled");
    const forgetful = validateFile(many(2), { ...OPTIONS, screen: () => Promise.resolve([null]) });
    await expect(forgetful).rejects.toThrow("answers for each row");
  });
});

it("odd things that stop nothing are told: columns not read, numbers that Excel may have rounded", async () => {
  const { warnings } = await validateFile(
    "phone,amount,bank\n254712000000,100,x\n254713000000,100,x\n0712345678,100,x\n",
    OPTIONS,
  );
  expect(warnings).toEqual([expect.stringContaining('"bank"'), expect.stringContaining("row 1, 2")]);
  expect((await validateFile(many(3), OPTIONS)).warnings).toEqual([]);
});

it("a file that is refused late leaves nothing", async () => {
  await expect(validateFile(`${many(500)}\n"`, OPTIONS)).rejects.toThrow(FileRefused);
  await expect(validateFile(many(11), { ...OPTIONS, maxRows: 10 })).rejects.toMatchObject({ code: "too_many_rows" });
});

describe("rows of a JSON body", () => {
  it("are judged as those of a file are", async () => {
    const read = readJsonRows(
      [
        { phone: "0712 345 678", amount: 1500, reference: "A", remarks: "Thanks" },
        { phone: "0712345679", amount: 10.5 },
        { phone: "0712345680", amount: -10 },
      ],
      { maxRows: 3 },
    );
    const validated = await validateRows(read.ok ? read.rows : [], OPTIONS);
    expect(await rowsOf(validated)).toEqual([
      { position: 1, row: 1, phone: "254712345678", amount: 150_000, reference: "A", remarks: "Thanks" },
    ]);
    expect(validated.rejected.map(({ row, code }) => [row, code])).toEqual([
      [2, "amount_has_cents"],
      [3, "amount_invalid"],
    ]);
  });

  it.each<[string, unknown, string, string]>([
    ["no list", {}, "", "are a list"],
    ["an empty list", [], "", "is empty"],
    ["a list that is too long", [{}, {}, {}, {}], "", "at most 3"],
    ["an amount in quotes", [{ phone: "1", amount: "1500" }], "/0/amount", "without quotes"],
    ["a phone that is a number", [{ phone: 254712345678, amount: 1500 }], "/0/phone", "phone is text"],
    ["a row that is no object", [{ phone: "1", amount: 1 }, null], "/1", ""],
    ["a field that nobody knows", [{ phone: "1", amount: 1, Amount: 2 }], "/0", "Amount"],
    ["a text without end", [{ phone: "1".repeat(1_001), amount: 1 }], "/0/phone", "far longer"],
  ])("%s is a mistake with a pointer", (...[, value, pointer, words]) => {
    const read = readJsonRows(value, { maxRows: 3 });
    const [mistake] = read.ok ? [] : read.mistakes;
    expect(mistake).toMatchObject({ pointer });
    expect(mistake?.message).toContain(words);
  });

  it("only the first ten mistakes are told", () => {
    const read = readJsonRows(
      Array.from({ length: 50 }, () => 1),
      { maxRows: 50 },
    );
    expect(read).toMatchObject({ ok: false });
    expect(read.ok ? [] : read.mistakes).toHaveLength(10);
  });
});

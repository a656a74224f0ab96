import { Buffer } from "node:buffer";
import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { BatchRow } from "../../functions/domain/batch-row.ts";
import { shillings } from "../../functions/domain/money.ts";
import { Msisdn } from "../../functions/domain/msisdn.ts";
import { readCsvRows } from "../../functions/payouts/rows/csv-rows.ts";
import { FileRefused } from "../../functions/payouts/rows/file-refused.ts";
import { freeze, FrozenFault, thaw } from "../../functions/payouts/rows/frozen-rows.ts";
import type { RawRow } from "../../functions/payouts/rows/raw-row.ts";
import { resultsCsv } from "../../functions/payouts/rows/results-csv.ts";
import { readRowAmount } from "../../functions/payouts/rows/row-amount.ts";
import { readRowPhone } from "../../functions/payouts/rows/row-phone.ts";
import { digestOf } from "../../functions/payouts/rows/rows-digest.ts";
import type { ByteSource } from "../../functions/payouts/rows/text.ts";
import { validateFile } from "../../functions/payouts/rows/validate-file.ts";
import { msisdns } from "./arbitraries.ts";

const LIMITS = { maxRows: 8, maxBytes: 5_000 };
const RANGE = { min: 10, max: 250_000 };
const HEAD = { storefront: "duka", shortcode: "600000", reference: "NOV-2026", kind: "salary" };

/** Text made of what a CSV reader trips over, most of it under a header that is right. */
const texts: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom("", "\uFEFF", "phone,amount\n", "phone;amount;reference\r\n", "sep=;\n", "phone\tamount\r"),
    fc.array(
      fc.oneof(
        fc.constantFrom(",", ";", "\t", '"', '""', "\n", "\r", "\r\n", " ", "\0", "\uFEFF", "\u2028", "=", "\ud800"),
        fc.constantFrom("phone", "amount", "0712345678", "2.54712E+11", "1,500", '"1,500"', "100", "#N/A", "-", "'"),
        fc.string({ unit: "binary", maxLength: 6 }),
      ),
      { maxLength: 60 },
    ),
  )
  .map(([head, parts]) => head + parts.join(""));

const read = async (source: ByteSource): Promise<readonly RawRow[] | FileRefused> => {
  const rows: RawRow[] = [];
  try {
    for await (const row of readCsvRows(source, LIMITS)) rows.push(row);
  } catch (error) {
    if (error instanceof FileRefused) return error;
    throw error;
  }
  return rows;
};

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const size of sizes) {
    yield await Promise.resolve(bytes.subarray(from, from + size));
    from += size;
  }
  yield bytes.subarray(from);
}

it("any text, and any bytes, give rows or a refusal of the file, and nothing else", async () => {
  const sources = fc.oneof<fc.Arbitrary<ByteSource>[]>(texts, fc.uint8Array({ maxLength: 300 }));
  await fc.assert(
    fc.asyncProperty(sources, async (source) => {
      const rows = await read(source);
      if (rows instanceof FileRefused) return;
      expect(rows.map(({ row }) => row)).toEqual(rows.map((_, index) => index + 1));
      expect(rows.length).toBeLessThanOrEqual(LIMITS.maxRows);
    }),
    { numRuns: 3_000 },
  );
});

it("the same bytes give the same rows or the same refusal, however they are cut", async () => {
  const encodings = fc.constantFrom<BufferEncoding>("utf8", "utf16le");
  await fc.assert(
    fc.asyncProperty(texts, encodings, fc.array(fc.nat({ max: 9 })), async (text, encoding, sizes) => {
      const bytes = Buffer.from(encoding === "utf8" ? text : `\uFEFF${text}`, encoding);
      const [whole, pieces] = [await read(bytes), await read(cut(bytes, sizes))];
      // Of two reasons to refuse one file, which is told may depend on what came first.
      const manyReasons = text.includes("\0");
      const comparable = (outcome: typeof whole): unknown =>
        outcome instanceof FileRefused ? (manyReasons ? "refused" : outcome) : outcome;
      expect(comparable(pieces)).toEqual(comparable(whole));
    }),
    { numRuns: 2_000 },
  );
});

it("what is written as CSV is read back cell by cell, in every dialect", async () => {
  const cell = fc.string({ unit: "grapheme", maxLength: 12 }).map((text) => text.replace(/[\r\0]/g, ""));
  const rows = fc.array(fc.tuple(cell, cell, cell, cell), { minLength: 1, maxLength: 8 });
  const dialects = fc.record({
    delimiter: fc.constantFrom(",", ";", "\t"),
    record_delimiter: fc.constantFrom("\n", "\r\n", "\r"),
    bom: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(rows, dialects, async (cells, dialect) => {
      const text = stringify([["phone", "amount", "reference", "remarks"], ...cells], { ...dialect, quoted: true });
      const outcome = await read(text);
      const written = cells.filter((row) => row.some((one) => one.trim() !== ""));
      const back =
        outcome instanceof FileRefused
          ? []
          : outcome.map(({ cells: c }) => [c.phone, c.amount, c.reference, c.remarks]);
      expect(back).toEqual(written);
    }),
    { numRuns: 1_000 },
  );
});

const printable = (minLength: number, maxLength: number) => fc.string({ unit: "grapheme-ascii", minLength, maxLength });
const batches: fc.Arbitrary<readonly BatchRow[]> = fc
  .array(
    fc.record({
      gap: fc.nat({ max: 3 }),
      phone: msisdns,
      amount: fc.integer(RANGE).map(shillings),
      reference: printable(1, 64),
      remarks: printable(0, 100),
    }),
    { maxLength: 12 },
  )
  .map((rows) => {
    let last = 0;
    return rows.map(({ gap, ...row }, index) => ({ position: index + 1, row: (last += 1 + gap), ...row }));
  });

const thawed = async (bytes: Uint8Array, digest: string): Promise<BatchRow[]> => {
  const rows: BatchRow[] = [];
  for await (const row of thaw(bytes, { head: HEAD, digest })) rows.push(row);
  return rows;
};

it("frozen rows thaw to what they were, under the digest of what they were", async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (rows) => {
      const frozen = await freeze(HEAD, rows);
      expect(frozen.digest).toBe(await digestOf(HEAD, rows));
      const back = await thawed(frozen.bytes, frozen.digest);
      expect(back).toEqual(rows);
      expect(await digestOf(HEAD, back)).toBe(frozen.digest);
    }),
    { numRuns: 300 },
  );
});

it("two batches that pay anything differently never share a digest, and neither thaws as the other", async () => {
  await fc.assert(
    fc.asyncProperty(batches, batches, async (rows, others) => {
      fc.pre(JSON.stringify(rows) !== JSON.stringify(others));
      const frozen = await freeze(HEAD, rows);
      const digest = await digestOf(HEAD, others);
      expect(frozen.digest).not.toBe(digest);
      await expect(thawed(frozen.bytes, digest)).rejects.toThrow(FrozenFault);
    }),
    { numRuns: 300 },
  );
});

it("one changed field changes the digest", async () => {
  const change = fc.constantFrom<(row: BatchRow) => BatchRow>(
    (row) => ({ ...row, row: row.row + 1 }),
    (row) => ({ ...row, phone: Msisdn.parse(row.phone.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10))) }),
    (row) => ({ ...row, amount: shillings(row.amount / 100 + 1) }),
    (row) => ({ ...row, reference: `${row.reference}x` }),
    (row) => ({ ...row, reference: `${row.reference}${row.remarks}`, remarks: row.remarks === "" ? " " : "" }),
  );
  await fc.assert(
    fc.asyncProperty(batches, change, fc.nat(), async (rows, changed, at) => {
      fc.pre(rows.length > 0);
      const others = rows.map((row, index) => (index === at % rows.length ? changed(row) : row));
      expect(await digestOf(HEAD, others)).not.toBe(await digestOf(HEAD, rows));
    }),
  );
});

it("every row of a file is accepted or rejected, once, and what is accepted may be paid", async () => {
  const cell = fc.constantFrom("0712345678", "712345679", "2.54712E+11", "", "100", "1,500", "9", "x", "1.500", "é");
  const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(rows, fc.boolean(), fc.nat({ max: 3 }), async (cells, allowDuplicates, every) => {
      const asked = cells.filter((row) => row.some((one) => one !== "")).length;
      fc.pre(asked > 0);
      const validated = await validateFile(stringify([["phone", "amount", "reference"], ...cells]), {
        head: HEAD,
        shillings: RANGE,
        allowDuplicates,
        maxRows: 30,
        maxBytes: 10_000,
        screen: (shown) =>
          Promise.resolve(
            shown.map(({ row }) =>
              every > 0 && row % every === 0 ? { row, field: null, code: "duplicate_recent", message: "" } : null,
            ),
          ),
      });
      const accepted = await thawed(validated.bytes, validated.digest);
      const seen = [...accepted, ...validated.rejected].map(({ row }) => row).sort((a, b) => a - b);
      expect(seen).toEqual(Array.from({ length: asked }, (_, index) => index + 1));
      expect(validated.totalCents).toBe(accepted.reduce((sum, { amount }) => sum + amount, 0));
      for (const { amount } of accepted) {
        expect(amount).toBeGreaterThanOrEqual(RANGE.min * 100);
        expect(amount % 100).toBe(0);
      }
      const pairs = new Set(accepted.map(({ phone, amount }) => `${phone} ${amount}`));
      if (!allowDuplicates) expect(pairs.size).toBe(accepted.length);
    }),
    { numRuns: 500 },
  );
});

it("a whole amount is read as itself however it is written, and never with cents", () => {
  const dressed = fc.constantFrom<(text: string) => string>(
    (text) => text,
    (text) => `KES ${text}`,
    (text) => `${text}/=`,
    (text) => ` ${text} `,
    (text) => `'${text}`,
  );
  const grouped = fc.constantFrom(String, (whole: number) => whole.toLocaleString("en"));
  fc.assert(
    fc.property(
      fc.integer(RANGE),
      grouped,
      dressed,
      fc.integer({ min: 1, max: 99 }),
      (...[whole, group, dress, cents]) => {
        expect(readRowAmount(dress(group(whole)), RANGE)).toEqual({ ok: true, amount: whole * 100 });
        expect(readRowAmount(dress(`${group(whole)}.00`), RANGE)).toEqual({ ok: true, amount: whole * 100 });
        const withCents = dress(`${group(whole)}.${String(cents).padStart(2, "0")}`);
        expect(readRowAmount(withCents, RANGE)).toMatchObject({ ok: false, code: "amount_has_cents" });
      },
    ),
    { numRuns: 2_000 },
  );
});

it("no text, however odd, is read as an amount or a phone with digits that it does not have", () => {
  const odd = fc.string({ unit: fc.constantFrom(...Array.from("0123456789012345678.,eE+-' #KES()=")), maxLength: 20 });
  fc.assert(
    fc.property(odd, (text) => {
      const digits = text.replace(/\D/g, "");
      const amount = readRowAmount(text, RANGE);
      if (amount.ok) expect(digits.replace(/^0+/, "")).toMatch(new RegExp(`^${amount.amount / 100}0{0,2}$`));
      const phone = readRowPhone(text);
      if (phone.ok) expect(digits).toContain(phone.phone.slice(3));
      else expect(phone.message).not.toContain(text === "" || digits.length < 6 ? "\0" : text);
    }),
    { numRuns: 20_000 },
  );
});

it("results are read back as they were written, and no cell is a formula", async () => {
  const rows = fc.array(
    fc.record({
      row: fc.integer({ min: 1, max: 100_000 }),
      phoneMasked: fc.constant("2547*****678"),
      amount: fc.integer(RANGE).map(shillings),
      reference: printable(1, 64),
      status: fc.constantFrom("succeeded", "failed"),
      receipt: fc.option(printable(1, 10)),
      paidAt: fc.option(fc.integer({ min: 0, max: 2_000_000_000_000 })),
      failureCode: fc.option(printable(1, 20)),
      failureMessage: fc.option(fc.string({ unit: "grapheme", minLength: 1 })),
      payoutId: fc.option(printable(1, 30)),
    }),
  );
  await fc.assert(
    fc.asyncProperty(rows, async (written) => {
      let text = "";
      for await (const piece of resultsCsv(written)) text += piece;
      const back = parse(text, { bom: true, record_delimiter: "\r\n" }).slice(1);
      expect(back).toHaveLength(written.length);
      const formula = /^[=+\-@\t\r\uFF0B\uFF0D\uFF1D\uFF20]/;
      const asText = (value: string | null): string =>
        value === null ? "" : formula.test(value) ? `'${value}` : value;
      back.forEach((cells, index) => {
        const row = written[index]!;
        expect(cells[3]).toBe(asText(row.reference));
        expect(cells[8]).toBe(asText(row.failureMessage));
        expect(cells[9]).toBe(asText(row.payoutId));
        for (const cell of cells) expect(cell).not.toMatch(formula);
      });
    }),
    { numRuns: 300 },
  );
});

import { Buffer } from "node:buffer";
import { stringify } from "csv-stringify/sync";
import fc from "fast-check";
import { writeXlsx } from "hucre/xlsx";
import { expect, it } from "vitest";
import { readDetails } from "../../functions/statements/details.ts";
import { readStatement } from "../../functions/statements/read-statement.ts";
import { StatementRefused } from "../../functions/statements/statement-refused.ts";
import type { StatementLine, UnreadableRow } from "../../functions/domain/statement-line.ts";
import type { StatementSummary } from "../../functions/statements/read-statement.ts";

const LIMITS = { mostRows: 60, mostBytes: 60_000 };

interface Read {
  readonly lines: readonly StatementLine[];
  readonly unreadable: readonly UnreadableRow[];
  readonly summary: StatementSummary | null;
}

async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const size of sizes) {
    yield await Promise.resolve(bytes.subarray(from, from + size));
    from += size;
  }
  yield bytes.subarray(from);
}

const read = async (bytes: Uint8Array, sizes: readonly number[] = []): Promise<Read | StatementRefused> => {
  const lines: StatementLine[] = [];
  const unreadable: UnreadableRow[] = [];
  let summary: StatementSummary | null = null;
  try {
    const { events } = await readStatement(() => cut(bytes, sizes), LIMITS);
    for await (const event of events)
      if (event.type === "line") lines.push(event.line);
      else if (event.type === "unreadable") unreadable.push(event.unreadable);
      else summary = event.summary;
  } catch (error) {
    if (error instanceof StatementRefused) return error;
    throw error;
  }
  return { lines, unreadable, summary };
};

/** What one line of a statement says, and what its reader should say of it. */
interface Said {
  readonly receipt: string;
  readonly at: number;
  readonly cents: number;
  readonly tail: string;
  readonly name: string;
  readonly reference: string;
}

const words = fc.string({ unit: fc.constantFrom(...Array.from("ABC xyz019-'*.&<>\"é;")), maxLength: 12 });
const names = words.map((text) => `N${text.replaceAll(/Acc[.]|\s+/g, " ").trim()}`);
const references = words.filter((text) => text.trim() !== "").map((text) => text.trim());
const said: fc.Arbitrary<Said> = fc.record({
  receipt: fc
    .string({ unit: fc.constantFrom(...Array.from("TKM0123456789")), minLength: 9, maxLength: 9 })
    .map((rest) => `T${rest}`),
  at: fc
    .integer({ min: Date.UTC(2020, 0, 1) / 1_000, max: Date.UTC(2030, 0, 1) / 1_000 })
    .map((second) => second * 1_000),
  cents: fc.integer({ min: -25_000_000_000, max: 25_000_000_000 }),
  tail: fc.integer({ min: 100, max: 999 }).map(String),
  name: names,
  reference: references,
});

const money = (cents: number, thousands: boolean): string =>
  (Math.abs(cents) / 100).toLocaleString("en", { minimumFractionDigits: 2, useGrouping: thousands });

const timeOf = (at: number, order: string): string => {
  const [date = "", clock = ""] = new Date(at + 3 * 3_600_000).toISOString().slice(0, 19).split("T");
  const [year = "", month = "", day = ""] = date.split("-");
  return `${order === "year" ? date : `${day}/${month}/${year}`} ${clock}`;
};

interface Spelling {
  readonly order: readonly number[];
  readonly dates: string;
  readonly thousands: boolean;
}

const spellings: fc.Arbitrary<Spelling> = fc.record({
  order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7, maxLength: 7 }),
  dates: fc.constantFrom("year", "day"),
  thousands: fc.boolean(),
});

const TITLES = ["Receipt No", "Completion Time", "Details", "Transaction Status", "Paid In", "Withdrawn", "Balance"];
const rowsOf = (lines: readonly Said[], { order, dates, thousands }: Spelling): string[][] => {
  const rows = lines.map(({ receipt, at, cents, tail, name, reference }) => [
    ...[receipt, timeOf(at, dates), `Pay Bill from 2547****${tail} - ${name} Acc. ${reference}`, "Completed"],
    ...[cents > 0 ? money(cents, thousands) : "0.00", cents < 0 ? `-${money(cents, thousands)}` : "", ""],
  ]);
  return [TITLES, ...rows].map((cells) => order.map((place) => cells[place] ?? ""));
};

const expectSaid = (outcome: Read | StatementRefused, lines: readonly Said[]): void => {
  if (outcome instanceof StatementRefused) throw outcome;
  expect(outcome.unreadable).toEqual([]);
  expect(
    outcome.lines.map(({ receipt, completedAt, amount, party, reference }) => [
      receipt,
      completedAt,
      amount,
      party,
      reference,
    ]),
  ) //
    .toEqual(
      lines.map(({ receipt, at, cents, tail, name, reference }) => [
        ...[receipt, at, cents],
        ...[{ phone: { form: "masked", head: "2547", tail }, name }, reference],
      ]),
    );
};

const statements = fc.array(said, { maxLength: 12 });

it("what a statement says is what is read of it, in any order of columns and with any separators", async () => {
  const writings = fc.record({
    delimiter: fc.constantFrom(",", ";", "\t", "|"),
    record_delimiter: fc.constantFrom("\n", "\r\n", "\r"),
    quoted: fc.boolean(),
    bom: fc.boolean(),
  });
  const encodings = fc.constantFrom<BufferEncoding>("utf8", "utf16le");
  await fc.assert(
    fc.asyncProperty(statements, spellings, writings, encodings, async (...args) => {
      const [lines, spelling, writing, encoding] = args;
      const text = stringify(rowsOf(lines, spelling), { ...writing, escape: '"', bom: false });
      const marked = encoding === "utf16le" || writing.bom ? `\uFEFF${text}` : text;
      expectSaid(await read(Buffer.from(marked, encoding)), lines);
    }),
    { numRuns: 400 },
  );
});

it("a workbook says the same, with its texts in a table or in its cells", async () => {
  await fc.assert(
    fc.asyncProperty(statements, spellings, fc.constantFrom("shared" as const, "inline" as const), async (...args) => {
      const [lines, spelling, stringMode] = args;
      const rows = rowsOf(lines, spelling);
      const [book, csv] = [
        await writeXlsx({ sheets: [{ name: "a", rows }], stringMode }),
        Buffer.from(stringify(rows)),
      ];
      const outcome = await read(book);
      expectSaid(outcome, lines);
      expect(outcome).toEqual(await read(csv));
    }),
    { numRuns: 150 },
  );
});

it("every row is a line or is listed, whatever stands in it", async () => {
  const cell = fc.oneof(
    fc.constantFrom("", "0.00", "-1.00", "1,000.00", "Completed", "21/11/2026 10:00:00", "TKM2000001", '"', "#N/A"),
    fc.string({ unit: "binary", maxLength: 8 }).map((text) => text.replaceAll(/[\0\ud800-\udfff]/g, "?")),
  );
  const row = fc
    .array(cell, { minLength: 1, maxLength: 9 })
    .filter((cells) => cells.some((text) => text.trim() !== ""));
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 10 }), async (rows) => {
      const outcome = await read(Buffer.from(stringify([TITLES, ...rows], { quoted: true })));
      if (outcome instanceof StatementRefused) {
        expect(outcome.code).toBe("mixed_dates");
        return;
      }
      expect(outcome.lines.length + outcome.unreadable.length).toBe(rows.length);
      expect(outcome.summary).toMatchObject({ lineCount: outcome.lines.length });
    }),
    { numRuns: 500 },
  );
});

const HEADERS = [
  `${TITLES.join(",")}\n`,
  `\uFEFF${TITLES.join(";")}\r\n`,
  `x\n\n${TITLES.join("\t")}\r`,
  "",
  "sep=;\n",
];

it("any text, and any bytes, are a statement or a refusal, however they are cut, and nothing else", async () => {
  const parts = fc.constantFrom(
    ...[",", ";", "\t", '"', '""', "\n", "\r", "\r\n", " ", "\0", "\uFEFF", "=", "\ud800"],
    ...["Receipt No", "Completion Time", "TKM2000001", "21/11/2026 10:00:00", "1/2/2026 1:00", "Completed", "1,100.00"],
  );
  const texts = fc
    .tuple(
      fc.constantFrom(...HEADERS),
      fc.array(fc.oneof(parts, fc.string({ unit: "binary", maxLength: 5 })), { maxLength: 50 }),
    )
    .map(([head, rest]) => Buffer.from(head + rest.join("")));
  const files = fc.oneof<fc.Arbitrary<Uint8Array>[]>(texts, fc.uint8Array({ maxLength: 200 }));
  await fc.assert(
    fc.asyncProperty(files, fc.array(fc.nat({ max: 9 }), { maxLength: 40 }), async (bytes, sizes) => {
      const [whole, pieces] = [await read(bytes), await read(bytes, sizes)];
      if (whole instanceof StatementRefused) expect(pieces).toBeInstanceOf(StatementRefused);
      else expect(pieces).toEqual(whole);
    }),
    { numRuns: 2_000 },
  );
});

it("a workbook with any of its bytes changed is a statement or a refusal, and nothing else", async () => {
  const rows = rowsOf([{ receipt: "TKM2000001", at: 0, cents: 5, tail: "111", name: "A", reference: "b" }], {
    ...{ order: [0, 1, 2, 3, 4, 5, 6], dates: "day", thousands: true },
  });
  const book = await writeXlsx({ sheets: [{ name: "a", rows }] });
  const change = fc.tuple(fc.nat({ max: book.length - 1 }), fc.nat({ max: 255 }));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
      const bytes = Uint8Array.from(book);
      for (const [place, value] of changes) bytes[place] = value;
      const outcome = await read(bytes);
      expect(outcome instanceof StatementRefused || outcome.summary !== null).toBe(true);
    }),
    { numRuns: 800 },
  );
});

it("what a payer typed is kept as it is, and decides nothing else", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (typed) => {
      const { action, party, reference } = readDetails(`Pay Bill from 2547****111 - ALICE EXAMPLE Acc. ${typed}`);
      expect(action).toBe("Pay Bill");
      expect(party?.name).toBe("ALICE EXAMPLE");
      expect(reference).toBe(typed.trim() === "" ? null : typed);
    }),
    { numRuns: 3_000 },
  );
});

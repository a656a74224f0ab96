import { readXlsx } from "hucre/xlsx";
import type { CellValue, Sheet } from "hucre/xlsx";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cents, line } from "../reconciliation/matching-world.ts";
import { lineOf, NOON, openDayOffice } from "./day-office.ts";
import type { DayOffice } from "./day-office.ts";

let office: DayOffice;
let sheets: ReadonlyMap<string, Sheet>;
let csv: string;

/** A day with one of everything, closed without its statement and adjusted with it. */
beforeAll(async () => {
  office = await openDayOffice();
  const [fine, changed] = [await office.paid(1_234_567, "UKK1AAAAAA"), await office.paid(200, "UKK1BBBBBB")];
  await office.paid(400, "UKK1DDDDDD");
  await office.asked(90);
  await office.closed();
  office.books.time.now += 3_600_000;
  await office.statement(
    [
      lineOf(fine),
      line({ row: 11, kind: "charge", receipt: "UKK1AAAAAA", amount: cents(-15.5) }),
      lineOf(changed, { row: 12, amount: cents(210) }),
      line({ row: 15, receipt: "UKK1EEEEEE", reference: "=1+1", amount: cents(77) }),
      line({ row: 16, kind: "withdrawal", receipt: "UKK1FFFFFF", amount: cents(-5_000), details: "To bank" }),
    ],
    { opening: 100, closing: 1_229_938.5 },
  );
  await office.closed();
  const workbook = await readXlsx(await office.file("xlsx"), { readStyles: true });
  sheets = new Map(workbook.sheets.map((sheet) => [sheet.name, sheet]));
  csv = (await office.file("csv")).toString("utf8");
});
afterAll(() => office.close());

const rowsOf = (name: string): CellValue[][] => sheets.get(name)!.rows;
const summary = (label: string): CellValue[] => rowsOf("Summary").find(([first]) => first === label) ?? [];

describe("the workbook", () => {
  it("has the sheets that finance asks for, the summary first", () => {
    expect([...sheets.keys()]).toEqual([
      "Summary",
      "Exceptions",
      "Matched",
      "Charges and transfers",
      "Open",
      "Adjustments",
    ]);
  });

  it("says at the top what the day is and how much is to be looked at", () => {
    const [title, about] = rowsOf("Summary");
    expect(title?.[0]).toBe("Reconciliation of Friday 20 November 2026");
    expect(about?.[0]).toMatch(
      /^Shortcode 174379 · closed 2026-11-21 05:00:00, adjusted 2026-11-21 06:00:00 \(Nairobi\)/,
    );
    expect(rowsOf("Summary")[4]).toContain("3 exceptions");
  });

  it("says what moved now beside what was closed, in numbers", () => {
    expect(summary("Customers paid").slice(0, 5)).toEqual(["Customers paid", 1, 1_234_567, 3, 1_235_167]);
    expect(summary("Charges").slice(0, 3)).toEqual(["Charges", 1, -15.5]);
    expect(summary("Together")[2]).toBe(1_229_838.5);
  });

  it("proves the balance", () => {
    expect(summary("Utility")).toEqual(["Utility", 100, 1_229_838.5, 1_229_938.5, 1_229_938.5, 0, "yes"]);
  });

  it("draws what moved", () => {
    const [chart] = sheets.get("Summary")!.charts ?? [];
    expect(chart?.series?.[0]).toMatchObject({ valuesRef: expect.stringMatching(/C\$?\d+:\$?C/) });
  });

  it("shows amounts as numbers with thousands and cents, and Nairobi's time as a date", () => {
    const matched = sheets.get("Matched")!;
    const [head, first] = matched.rows;
    const [amount, time] = [head!.indexOf("Amount (KES)"), head!.indexOf("Time (Nairobi)")];
    expect(first![amount]).toBe(1_234_567);
    expect(matched.cells?.get(`1,${amount}`)?.style?.numFmt).toContain("#,##0.00");
    expect(first![time]).toEqual(new Date(NOON + 3 * 3_600_000));
    expect(matched.cells?.get(`1,${time}`)?.style?.numFmt).toBe("yyyy-mm-dd hh:mm:ss");
    expect(matched.freezePane).toMatchObject({ rows: 1 });
  });

  it("names each exception with what to do about it, and the ids to work on", () => {
    const found = rowsOf("Exceptions").slice(1);
    expect(found.map(([kind]) => kind)).toEqual(["Amount mismatch", "Missing in ledger", "Missing in statement"]);
    for (const row of found) expect(row.at(-1)).toMatch(/^exc_/);
  });

  it("lists what has changed since the close", () => {
    const changes = rowsOf("Adjustments")
      .slice(1)
      .map((row) => row.at(-1));
    expect(changes).toContain("Explained before, missing in statement now.");
    expect(changes).toContain("Not there before, missing in ledger now.");
  });
});

describe("the CSV file", () => {
  it("opens in Excel as it was meant", () => {
    expect(csv.startsWith("\uFEFFsection,what,receipt,amount,time,")).toBe(true);
    expect(csv).toContain("\r\n");
    expect(csv).toContain("matched,Payment,UKK1AAAAAA,1234567.00,2026-11-20 12:00:00,");
    expect(csv).toContain("classified,Charge,UKK1AAAAAA,-15.50,");
  });

  it("has every transaction and every line of the day", () => {
    const sections = csv
      .split("\r\n")
      .slice(1, -1)
      .map((row) => row.split(",")[0]);
    const count = (wanted: string) => sections.filter((section) => section === wanted).length;
    expect(["matched", "exception", "classified", "open"].map(count)).toEqual([1, 3, 2, 1]);
  });

  it("lets no cell be run as a formula", async () => {
    const other = await openDayOffice();
    const payment = await other.asked(500);
    await other.tellPaid(payment, "=CMD1AAAA");
    await other.closed();
    expect((await other.file("csv")).toString()).toContain(",'=CMD1AAAA,500.00,");
    const { sheets: read } = await readXlsx(await other.file("xlsx"));
    expect(read.find(({ name }) => name === "Matched")?.rows[1]).toContain("=CMD1AAAA");
    other.close();
  });
});

/** The organisation portal's statement: both templates to the letter, balances that add up, and every dialect of a file. */
import { readXlsx } from "hucre/xlsx";
import { describe, expect, test } from "vitest";
import { paymentFee } from "../../../../sandbox/daraja/core/tariffs.ts";
import type { Json } from "./manual-world.ts";
import { BUSINESS, createStatementWorld, readCsv } from "./statement-world.ts";

test.each([
  ["customer", 250_000, 0],
  ["shared", 1000, 0],
  ["shared", 1500, 5],
  ["shared", 250_000, 84],
  ["business", 100, 0],
  ["business", 101, 5],
  ["business", 1500, 15],
  ["business", 45_001, 108],
] as const)("with the %s tariff a payment of %i costs the organisation %i", (tariff, amount, fee) => {
  expect(paymentFee(tariff, amount)).toBe(fee);
});

describe("the classic template", () => {
  test("says what it is of, and then has fourteen columns, newest first, a charge above its payment", async () => {
    const world = createStatementWorld();
    const { push, menu, payout, reversal } = await world.trade();
    const payerName = "25470****000 - AMINA ACHIENG";
    const menuName = "25471****678 - IAN NJERI";
    const cells = await world.cells();
    expect(cells.slice(0, 6)).toEqual([
      ["Account Holder:", "Duka Letu"],
      ["Short Code:", BUSINESS],
      ["Account:", "Utility Account"],
      ["Time Period:", "From", "21-09-2026 00:00:00", "To", "21-09-2026 23:59:59"],
      ["Operator:", "Simulator", "Organization:", "Duka Letu", "Date of Report:", expect.any(String) as string],
      [
        ...["Opening Balance:", "5000000", "Closing Balance:", "5002165", "Available Balance:", ""],
        ...["Total Paid In:", "3500", "Total Withdrawn:", "-1335"],
      ],
    ]);
    expect(cells[6]?.join("|")).toBe(
      "Receipt No.|Completion Time|Initiation Time|Details|Transaction Status|Paid In|Withdrawn|Balance|" +
        "Balance Confirmed|Reason Type|Other Party Info|Linked Transaction ID|A/C No.|Currency",
    );
    const rows = cells.slice(7);
    expect(rows.map((row) => [row[0], row[3], row[5], row[6], row[7], row[9], row[10], row[11], row[12]])).toEqual([
      [
        ...[reversal, `Pay Bill Reversal to ${menuName} Acc. bob, "the" shop`, "", "-300", "5002165"],
        ...["Pay Bill Reversal", menuName, menu, 'bob, "the" shop'],
      ],
      [
        ...[payout, "Business Payment to Customer via API to 25471****111 - BRIAN BARASA", "", "-1000", "5002465"],
        ...["Business Payment to Customer via API", "25471****111 - BRIAN BARASA", "", ""],
      ],
      [menu, "Pay Bill Charge", "", "-20", "5003465", "Pay Utility", "SP", "", ""],
      [
        ...[menu, `Pay Bill from ${menuName} Acc. bob, "the" shop`, "2000", "", "5003485"],
        ...["Pay Utility", menuName, "", 'bob, "the" shop'],
      ],
      [push, "Pay Bill Charge", "", "-15", "5001485", "Pay Bill Online", "SP", "", ""],
      [
        ...[push, `Pay Bill Online from ${payerName} Acc. INV-1`, "1500", "", "5001500"],
        ...["Pay Bill Online", payerName, "", "INV-1"],
      ],
    ]);
    expect(rows.at(-1)).toMatchObject({
      1: "21-09-2026 12:00:01",
      2: "21-09-2026 12:00:00",
      4: "Completed",
      8: "true",
      13: "KES",
    });
  });

  test("of Charges Paid has the fees of payouts, and another account has its own balances", async () => {
    const world = createStatementWorld();
    const { payout } = await world.trade();
    const charges = await world.cells({ account: "charges_paid" });
    expect(charges[2]).toEqual(["Account:", "Charges Paid Account"]);
    expect(charges.slice(7)).toMatchObject([{ 0: payout, 3: "Business Payment to Customer Charge", 6: "-5", 7: "-5" }]);
    expect((await world.cells({ account: "working" })).slice(7)).toEqual([]);
  });

  test("refuses all accounts in one file", async () => {
    const world = createStatementWorld();
    expect((await world.file({ account: "all" })).status).toBe(400);
  });
});

describe("the current template", () => {
  test("is rows of text alone, of every account, with separators and zeros written out", async () => {
    const world = createStatementWorld();
    const { menu, payout } = await world.trade();
    const { body } = await world.control("POST", `accounts/${BUSINESS}/sweep`, { amount: 2000 });
    expect(body).toMatchObject({ working: 0, settlement: 0, charges_paid: 0, utility: 5_000_165 });
    const cells = await world.cells({ template: "current" });
    expect(cells[0]).toEqual([
      ...["Receipt No", "Completion Time", "Details", "Transaction Status"],
      ...["Paid In (KSHs)", "Withdrawn (KSHs)", "Balance (KSHs)"],
    ]);
    expect(cells.slice(1, 8).map((row) => row.slice(2))).toEqual([
      ["Agency Withdrawal of funds to Bank", "Completed", "0.00", "-1,995.00", "0.00"],
      ["Organization Settlement Account to Organization MMF Account", "Completed", "1,995.00", "0.00", "1,995.00"],
      ["Organization Settlement Account to Organization MMF Account", "Completed", "0.00", "-1,995.00", "0.00"],
      ["Organization Settlement Account to Charges Paid Account", "Completed", "5.00", "0.00", "0.00"],
      ["Organization Settlement Account to Charges Paid Account", "Completed", "0.00", "-5.00", "1,995.00"],
      ["Utility Account to Organization Settlement Account", "Completed", "2,000.00", "0.00", "2,000.00"],
      ["Utility Account to Organization Settlement Account", "Completed", "0.00", "-2,000.00", "5,000,165.00"],
    ]);
    const pairs = cells.slice(2, 8).map(([receipt]) => receipt);
    expect([pairs[0] === pairs[1], pairs[2] === pairs[3], pairs[4] === pairs[5], new Set(pairs).size]).toEqual([
      true,
      true,
      true,
      3,
    ]);
    expect(cells.filter(([receipt]) => receipt === payout)).toHaveLength(2);
    expect(cells.find(([receipt]) => receipt === menu)?.[1]).toMatch(/^21\/09\/2026 12:00:\d\d$/);
    expect(cells.filter(([receipt]) => receipt === menu)[1]?.[2]).toBe(
      'Pay Bill from 2547****678 - IAN NJERI Acc. bob, "the" shop',
    );
  });

  test("of one account has that one alone", async () => {
    const world = createStatementWorld();
    await world.trade();
    const cells = await world.cells({ template: "current", account: "charges_paid" });
    expect(cells).toHaveLength(2);
  });
});

describe("balances", () => {
  const accounts = ["utility", "working", "charges_paid", "settlement"];

  test("opening and movements make closing, line by line, whatever happened", async () => {
    const world = createStatementWorld();
    await world.trade();
    await world.control("POST", `accounts/${BUSINESS}/sweep`, { amount: 700, to_bank: false });
    await world.control("POST", `accounts/${BUSINESS}`, { top_up: 50 });
    await world.control("POST", `accounts/${BUSINESS}`, { utility: 10 });
    const held = ((await world.control("GET", "accounts")).body!["data"] as Json[])[0]!;
    for (const account of accounts) {
      const cells = await world.cells({ account });
      const [, opening, , closing, , , , paidIn, , withdrawn] = cells[5]!;
      let balance = Number(opening);
      for (const row of cells.slice(7).toReversed()) {
        balance = Math.round((balance + Number(row[5]) + Number(row[6])) * 100) / 100;
        expect(balance, `${account} ${row[3] ?? ""}`).toBe(Number(row[7]));
      }
      expect(balance).toBe(Number(closing));
      expect(Number(opening) + Number(paidIn) + Number(withdrawn)).toBe(Number(closing));
      expect(Number(closing)).toBe(held[account]);
    }
  });

  test("of one day begin where the day before ended, and each row is in one day alone", async () => {
    const world = createStatementWorld();
    await world.pay({ amount: 100 });
    await world.clock.advance(86_400_000);
    await world.pay({ amount: 40 });
    const first = await world.cells({ from: "2026-09-21" });
    const second = await world.cells({ from: "2026-09-22" });
    expect([first.length, second.length]).toEqual([8, 8]);
    expect([first[5]?.[1], first[5]?.[3], second[5]?.[1], second[5]?.[3]]).toEqual([
      "5000000",
      "5000100",
      "5000100",
      "5000140",
    ]);
    expect(await world.cells({ from: "2026-09-20" })).toHaveLength(7);
    expect((await world.cells({ from: "2026-09-20" }))[5]?.slice(1, 4)).toEqual([
      "5000000",
      "Closing Balance:",
      "5000000",
    ]);
    expect((await world.cells({ from: "2026-09-21", to: "2026-09-22" })).slice(7)).toHaveLength(2);
    expect((await world.cells({ from: "2026-09-21T09:00:00Z", to: "2026-09-21T08:59:59Z" })).length).toBeLessThan(8);
  });
});

describe("a file", () => {
  test("has CRLF and a name, and may have a byte order mark, other separators, line ends and dates", async () => {
    const world = createStatementWorld();
    await world.trade();
    const plain = await world.file();
    expect(plain.headers).toMatchObject({
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": 'attachment; filename="Statements for 174379 from 2026-09-21 to 2026-09-21.csv"',
    });
    expect(plain.body.match(/\r\n/g)).toHaveLength(13);
    const odd = await world.file({ bom: "true", separator: "semicolon", line_end: "lf", dates: "year_first" });
    expect(odd.body.startsWith("\uFEFFAccount Holder:;Duka Letu\n")).toBe(true);
    expect(odd.body).not.toContain("\r");
    expect(readCsv(odd.body.slice(1), ";").at(-1)?.[1]).toBe("2026-09-21 12:00:01");
    expect(readCsv((await world.file({ separator: "tab" })).body, "\t")).toEqual(await world.cells());
    expect((await world.cells({ template: "current", dates: "month_first" })).at(-1)?.[1]).toBe("09/21/2026 12:00:01");
  });

  test("is the same as XLSX, with numbers in the classic template and text alone in the current one", async () => {
    const world = createStatementWorld();
    await world.trade();
    for (const [template, sheet] of [
      ["classic", "transaction"],
      ["current", "Statements"],
    ] as const) {
      const { bytes, headers } = await world.file({ template, format: "xlsx" });
      expect(headers["content-type"]).toContain("spreadsheetml");
      const book = await readXlsx(bytes!);
      expect(book.sheets.map(({ name }) => name)).toEqual([sheet]);
      const written = book.sheets[0]!.rows.map((row) => row.map((cell) => (cell === null ? "" : String(cell))));
      const cells = await world.cells({ template });
      const width = Math.max(...cells.map(({ length }) => length));
      const padded = (row: string[]) => Array.from({ length: width }, (_, column) => row[column] ?? "");
      expect(written.map(padded)).toEqual(cells.map(padded));
      expect(book.sheets[0]!.rows.at(-1)!.some((cell) => typeof cell === "number")).toBe(template === "classic");
    }
  });

  test.each([
    [{ template: "new" }, 400],
    [{ format: "xls" }, 400],
    [{ from: "yesterday" }, 400],
    [{ from: "2026-09-21", to: "2026-09-20" }, 400],
    [{ shortcode: "999999" }, 404],
    [{ colour: "red" }, 400],
  ])("%j is refused with %i", async (query, status) => {
    expect((await createStatementWorld().file(query as Record<string, string>)).status).toBe(status);
  });
});

test.each([
  [`accounts/${BUSINESS}/sweep`, { amount: 5_000_001 }, 409],
  [`accounts/${BUSINESS}/sweep`, { amount: 0 }, 400],
  ["accounts/999999/sweep", {}, 404],
])("%s %j is refused with %i and moves nothing", async (path, body, status) => {
  const world = createStatementWorld();
  expect((await world.control("POST", path, body)).status).toBe(status);
  expect(await world.utility(BUSINESS)).toBe(5_000_000);
});

test("a sweep of nothing said takes all of Utility to the bank", async () => {
  const world = createStatementWorld();
  expect((await world.control("POST", `accounts/${BUSINESS}/sweep`)).body).toMatchObject({ utility: 0, working: 0 });
});

/** Pull transactions: registration, the 48 hours, pages of 100, and how nothing is said. */
import { describe, expect, test } from "vitest";
import { createC2bWorld } from "./c2b-world.ts";
import { payer, seen, type Json } from "./manual-world.ts";

const HOUR_MS = 3_600_000;
const pulling = async (options: Parameters<typeof createC2bWorld>[0] = {}) => {
  const world = createC2bWorld(options);
  await world.pullRegister();
  return world;
};
const rowsIn = (answer: Awaited<ReturnType<ReturnType<typeof createC2bWorld>["pull"]>>): Json[] =>
  (seen(answer).body!["Response"] as Json[][])[0]!;

describe("registering", () => {
  test("says 1000, and 1001 when it was done before", async () => {
    const world = createC2bWorld();
    expect(seen(await world.pullRegister())).toEqual({
      status: 200,
      body: {
        ResponseRefID: expect.any(String) as string,
        ResponseStatus: "1000",
        ShortCode: "174379",
        ResponseDescription: "Shortcode Registered Successfully",
      },
    });
    expect(seen(await world.pullRegister()).body).toMatchObject({ ResponseStatus: "1001" });
  });

  test("spells its keys with a space where pull_keys says so", async () => {
    const world = createC2bWorld({ switches: { pull_keys: "spaced" } });
    expect(seen(await world.pullRegister()).body).toMatchObject({
      "Response Status": "1000",
      "Response Description": "Shortcode Registered Successfully",
      ShortCode: "174379",
    });
  });

  test.each([
    [{ ShortCode: "1" }, "400.001"],
    [{ RequestType: "Push" }, "400.002.02"],
    [{ NominatedNumber: "7220" }, "400.002.02"],
    [{ CallBackURL: "nowhere" }, "400.002.02"],
  ])("refuses %j", async (changes, errorCode) => {
    const world = createC2bWorld();
    expect(seen(await world.pullRegister(changes))).toMatchObject({ status: 400, body: { errorCode } });
  });
});

describe("a query", () => {
  test("finds pushes and payments from menus that nobody was told about, in a list in a list", async () => {
    const world = await pulling();
    await world.pushTo(payer(0), { Amount: 1500, AccountReference: "INV-1" });
    await world.clock.advance(60_000);
    const receipt = await world.paid({ amount: 12.5, reference: "bob shop" });
    expect(seen(await world.pull())).toMatchObject({
      status: 200,
      body: {
        ResponseCode: "1000",
        ResponseMessage: "Success",
        Response: [
          [
            { transactionId: (await world.truth())[0]?.receipt, amount: "1500.00", billreference: "INV-1" },
            {
              transactionId: receipt,
              trxDate: "2026-09-21T12:01:00Z",
              msisdn: 712345678,
              sender: "IAN",
              transactiontype: "c2b-pay-bill-debit",
              billreference: "bob shop",
              amount: "12.50",
              organizationname: "Duka Letu",
            },
          ],
        ],
      },
    });
  });

  test("says nothing with 1001 and an empty list in a list", async () => {
    const world = await pulling();
    await world.pushTo(payer(1));
    await world.clock.advance(60_000);
    expect(seen(await world.pull())).toMatchObject({ status: 200, body: { ResponseCode: "1001", Response: [[]] } });
  });

  test("reads its window as Nairobi time, both ends included, hours with one digit too", async () => {
    const world = await pulling();
    const receipt = await world.paid();
    const at = (StartDate: string, EndDate: string) => world.pull({ StartDate, EndDate });
    expect(rowsIn(await at("2026-09-21 8:00:00", "2026-09-21 12:00:00"))).toMatchObject([{ transactionId: receipt }]);
    expect(rowsIn(await at("2026-09-21 12:00:00", "2026-09-21 12:00:00"))).toHaveLength(1);
    expect(rowsIn(await at("2026-09-21 12:00:01", "2026-09-22 12:00:00"))).toEqual([]);
    expect(rowsIn(await at("2026-09-21 08:00:00", "2026-09-21 11:59:59"))).toEqual([]);
  });

  test("reaches back 48 hours and no further", async () => {
    const world = await pulling();
    await world.paid();
    await world.clock.advance(48 * HOUR_MS - 10_000);
    expect(rowsIn(await world.pull())).toHaveLength(1);
    await world.clock.advance(1);
    expect(rowsIn(await world.pull())).toEqual([]);
  });

  test("gives 100 rows at a time from the offset, oldest first, none twice", async () => {
    const world = await pulling();
    for (let count = 0; count < 205; count += 1) await world.pay({ reference: `R${count}` }, 1);
    const pages = [];
    for (const OffSetValue of ["0", "100", "200", "300"]) pages.push(rowsIn(await world.pull({ OffSetValue })));
    expect(pages.map(({ length }) => length)).toEqual([100, 100, 5, 0]);
    expect(pages.flat().map(({ billreference }) => billreference)).toEqual(
      Array.from({ length: 205 }, (_, count) => `R${count}`),
    );
  });

  test("gives as many rows at a time as pull_page_rows says", async () => {
    const world = await pulling({ switches: { pull_page_rows: 2 } });
    for (let count = 0; count < 3; count += 1) await world.pay({ reference: `R${count}` }, 1);
    expect(rowsIn(await world.pull())).toHaveLength(2);
    expect(rowsIn(await world.pull({ OffSetValue: "2" }))).toMatchObject([{ billreference: "R2" }]);
  });

  test("writes UTC where pull_dates says that Z means it", async () => {
    const world = await pulling({ switches: { pull_dates: "utc" } });
    await world.paid();
    expect(rowsIn(await world.pull())).toMatchObject([{ trxDate: "2026-09-21T09:00:00Z" }]);
  });

  test.each([
    [{ ShortCode: "1" }, "400.001"],
    [{ ShortCode: "600992" }, "400.001"],
    [{ StartDate: "2026-09-21" }, "400.002.02"],
    [{ StartDate: "2026-02-30 00:00:00" }, "400.002.02"],
    [{ EndDate: "2026-09-19 23:59:59" }, "400.002.02"],
    [{ OffSetValue: "-1" }, "400.002.02"],
  ])("refuses %j", async (changes, errorCode) => {
    const world = await pulling();
    expect(seen(await world.pull(changes))).toMatchObject({ status: 400, body: { errorCode } });
  });

  test("with a bad token says so in its own words, and can fail like everything else", async () => {
    const world = await pulling();
    const path = "/pulltransactions/v1/query";
    expect(seen(await world.send("POST", path, { headers: { authorization: "Bearer nobody" } }))).toMatchObject({
      status: 401,
      body: { errorCode: "401.001" },
    });
    await world.control("POST", "faults", { match: { path }, fault: { busy: true } });
    expect(seen(await world.pull())).toMatchObject({ status: 500, body: { errorCode: "500.003.02" } });
  });
});

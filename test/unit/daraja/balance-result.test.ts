import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readBalanceResult } from "../../../functions/daraja/balance-result.ts";
import { utilityAvailable } from "../../../functions/domain/balance.ts";

/** The portal's sample, codes as texts. */
const ACCOUNTS =
  "Working Account|KES|700000.00|700000.00|0.00|0.00&Float Account|KES|0.00|0.00|0.00|0.00&" +
  "Utility Account|KES|228037.50|228000.00|37.50|1.00&Charges Paid Account|KES|-1540.00|-1540.00|0.00|0.00";
const answer = (accounts: unknown, outer: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    Result: {
      ResultType: "0",
      ResultCode: "0",
      ResultDesc: "The service request is processed successfully",
      ConversationID: "AG_20200109_00004ee1d1ac2fd4fb63",
      TransactionID: "OA90000000",
      ResultParameters: {
        ResultParameter: [
          { Key: "AccountBalance", Value: accounts },
          { Key: "BOCompletedTime", Value: 20200109125710 },
        ],
      },
      ...outer,
    },
  });
const balances = (accounts: unknown) => {
  const read = readBalanceResult(answer(accounts));
  if (!read.readable) throw new Error(read.because);
  return read.balances;
};

describe("the answer to a balance question", () => {
  test("names every account in cents, those below zero too, and when M-PESA looked", () => {
    const { accounts, asOf } = balances(ACCOUNTS);
    expect(accounts.map(({ name, current }) => [name, current])).toEqual([
      ["Working Account", 70_000_000],
      ["Float Account", 0],
      ["Utility Account", 22_803_750],
      ["Charges Paid Account", -154_000],
    ]);
    expect(accounts[2]).toEqual({
      name: "Utility Account",
      currency: "KES",
      current: 22_803_750,
      available: 22_800_000,
      reserved: 3750,
      uncleared: 100,
    });
    expect(asOf).toBe(Date.UTC(2020, 0, 9, 9, 57, 10));
    expect(utilityAvailable(balances(ACCOUNTS))).toBe(22_800_000);
  });

  test("is read with blanks, separators, further fields and an escaped ampersand", () => {
    const odd =
      " Utility Account | KES | 1,228,037.00|1228037 |0.0|0.00|new field &amp;Merchant Account|KES|1.00|1.00|0|0&";
    expect(balances(odd).accounts.map(({ name, available }) => [name, available])).toEqual([
      ["Utility Account", 122_803_700],
      ["Merchant Account", 100],
    ]);
  });

  test("leaves out what it can't read, rather than calling it zero", () => {
    for (const spoilt of [
      "Utility Account|KES|x|1.00|0.00|0.00",
      "Utility Account|KES|1.00||0.00|0.00",
      "Utility Account|KES|1.00|--1.00|0.00|0.00",
      "Utility Account|KES|1.00",
      "|KES|1.00|1.00|0.00|0.00",
    ])
      expect(balances(`${spoilt}&Working Account|KES|1.00|1.00|0.00|0.00`).accounts).toHaveLength(1);
  });

  test("leaves out an account that is named twice and differs, and keeps one that is named alike", () => {
    const utility = "Utility Account|KES|5.00|5.00|0.00|0.00";
    const other = utility.replace("5.00|5.00", "5.00|4.00");
    const working = "Working Account|KES|1.00|1.00|0.00|0.00";
    expect(utilityAvailable(balances([utility, other, working].join("&")))).toBeNull();
    expect(utilityAvailable(balances([utility, other, utility, working].join("&")))).toBeNull();
    expect(utilityAvailable(balances([utility, working, utility].join("&")))).toBe(500);
  });

  test("zero has no sign", () => {
    expect(Object.is(balances("Utility Account|KES|-0.00|0.00|0.00|0.00").accounts[0]?.current, 0)).toBe(true);
  });

  test.each([
    ["no account", answer("")],
    ["a number for the accounts", answer(17)],
    ["no parameters", answer("", { ResultParameters: undefined })],
    ["HTML", "<html>"],
    ["an echo", '{"CommandID":"AccountBalance"}'],
  ])("with %s teaches nothing", (_, body) => {
    expect(readBalanceResult(body)).toMatchObject({ readable: false, initiatorTrouble: null, unlistedCode: null });
  });

  test.each([
    ["2001", "initiator_misconfigured", null],
    [8006, "initiator_locked", null],
    ["21", "initiator_misconfigured", null],
    ["26", null, null],
    ["29", null, "29"],
  ])("%s is no balance; trouble: %s, unlisted: %s", (ResultCode, initiatorTrouble, unlistedCode) => {
    expect(
      readBalanceResult(answer(ACCOUNTS, { ResultCode, ResultDesc: "The initiator information is invalid." })),
    ).toEqual({ readable: false, because: "The initiator information is invalid.", initiatorTrouble, unlistedCode });
  });

  test("of any text throws nothing", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string().map(answer), fc.json()), (body) => {
        expect(readBalanceResult(body)).toHaveProperty("readable");
      }),
    );
  });
});

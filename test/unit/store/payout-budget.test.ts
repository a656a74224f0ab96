import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { itemBytes } from "./item-size.ts";
import { batchId, claimAs, paidOut, payoutIntent, payoutOf, placeIn, rowIntent, taken } from "./payout-samples.ts";
import { freshReceipt } from "./samples.ts";

const KILOBYTE = 1_024;
/** Keys of the indexes: a write that leaves all of them alone pays for the item only. */
const INDEX_KEYS = ["t", "p", "r", "c", "d"] as const;

describe("what a payout costs", () => {
  let test: TestLedger;
  beforeAll(async () => {
    test = await startLedger();
  });
  const forget = () => {
    for (const counted of [test.calls, test.units, test.transacted]) counted.length = 0;
  };
  beforeEach(forget);
  afterAll(() => test.close());

  /** Sends the payout and lets M-PESA pay it, without the reads that look at it between. */
  const pay = async (asked: ReturnType<typeof payoutIntent>, receipt = freshReceipt()) => {
    const payout = await payoutOf(test, asked);
    forget();
    await test.payouts.claim(payout, claimAs());
    await test.payouts.record(asked.id, taken(asked));
    await test.payouts.record(asked.id, paidOut(asked, receipt));
  };

  it("is one write to make a row, one to claim it, one for M-PESA's answer and one for its result", async () => {
    const asked = rowIntent(placeIn(batchId(), 1));
    await test.payouts.openRows([asked]);
    expect(test.units).toEqual([3]);
    await pay(asked);
    expect(test.calls).toEqual(["UpdateItem", "GetItem", "UpdateItem", "GetItem", "TransactWriteItems"]);
    const [claim, , take] = test.units;
    expect({ claim, take }).toEqual({ claim: 2, take: 2 });
  });

  it("is three items of one kilobyte in the result's transaction: the payout, its receipt and its place in the tally", async () => {
    const asked = rowIntent(placeIn(batchId(), 1));
    await test.payouts.openRows([asked]);
    const receipt = freshReceipt();
    await pay(asked, receipt);
    const tally = `tally#${asked.batch!.id}#1`;
    expect(test.transacted).toEqual([[asked.id, `receipt#${receipt}`, tally]]);
    const items = await Promise.all([asked.id, `receipt#${receipt}`, tally].map((key) => test.item(key)));
    // Two units for each kilobyte of each item, as DynamoDB bills a transaction.
    const units = items.reduce((sum, item) => sum + 2 * Math.ceil(itemBytes(item!) / KILOBYTE), 0);
    expect(units).toBe(6);
  });

  it("is one index more when it is taken, and one when the look at it is planned or struck off", async () => {
    const asked = rowIntent(placeIn(batchId(), 1));
    await test.payouts.openRows([asked]);
    const keys = async () => {
      const item = await test.item(asked.id);
      return INDEX_KEYS.filter((name) => item?.[name] !== undefined).join("");
    };
    expect(await keys()).toBe("pr");
    await test.payouts.claim(await payoutOf(test, asked), claimAs());
    expect(await keys()).toBe("prd");
    await test.payouts.record(asked.id, taken(asked));
    expect(await keys()).toBe("prcd");
    await test.payouts.record(asked.id, paidOut(asked, freshReceipt()));
    expect(await keys()).toBe("prc");
  });

  it("is one transaction for a payout of its own, with its place in the tally", async () => {
    const asked = payoutIntent();
    await test.payouts.open(asked);
    expect(test.calls).toEqual(["TransactWriteItems"]);
    expect(test.transacted).toMatchObject([[asked.id, expect.stringMatching(/^tally#single#600992#[0-7]$/)]]);
    expect(itemBytes((await test.item(asked.id))!)).toBeLessThanOrEqual(600);
  });

  it("is never more than one kilobyte of item for a row, from the first write to the last", async () => {
    const asked = rowIntent(placeIn(batchId(), 1));
    await test.payouts.openRows([asked]);
    expect(itemBytes((await test.item(asked.id))!)).toBeLessThanOrEqual(500);
    await pay(asked);
    expect(itemBytes((await test.item(asked.id))!)).toBeLessThanOrEqual(KILOBYTE);
  });
});

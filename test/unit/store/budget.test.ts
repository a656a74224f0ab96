import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { LIMITS } from "./database.ts";
import { itemBytes } from "./item-size.ts";
import { accepted, freshReceipt, intent, paid } from "./samples.ts";

describe("what a paid payment costs", () => {
  let test: TestLedger;
  beforeAll(async () => {
    test = await startLedger();
  });
  beforeEach(() => {
    test.calls.length = 0;
  });
  afterAll(() => test.close());

  it("is one call to open, one for the taken push, one for the callback, and no read", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    await test.ledger.record(asked.id, accepted(asked));
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    expect(test.calls).toEqual(["TransactWriteItems", "UpdateItem", "TransactWriteItems"]);
  });

  it("is at most one kilobyte until the callback, and at most two after it", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    const opened = itemBytes((await test.item(asked.id))!);
    await test.ledger.record(asked.id, accepted(asked));
    const pending = itemBytes((await test.item(asked.id))!);
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    const settled = itemBytes((await test.item(asked.id))!);
    console.log({ opened, pending, settled });
    expect(opened).toBeLessThanOrEqual(600);
    expect(pending).toBeLessThanOrEqual(800);
    expect(settled).toBeLessThanOrEqual(1_100);
  });
});

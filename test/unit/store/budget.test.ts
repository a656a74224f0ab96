import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { LIMITS, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { itemBytes } from "./item-size.ts";
import { accepted, freshReceipt, intent, paid } from "./samples.ts";

const KILOBYTE = 1_024;

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

  it("is at most twenty write units for everything, indexes included", async () => {
    const asked = intent();
    test.units.length = 0;
    await test.ledger.open(asked, LIMITS);
    await test.ledger.record(asked.id, accepted(asked));
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    const [open, take, settle] = test.units;
    expect({ open, take, settle }).toEqual({ open: 12, take: 2, settle: 6 });
  });

  it("is one call for a poll, and one for a duplicate callback", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    await test.ledger.record(asked.id, accepted(asked));
    const callback = paid(asked, freshReceipt());
    await test.ledger.record(asked.id, callback);
    test.calls.length = 0;
    await test.ledger.read(asked.id);
    await test.ledger.record(asked.id, callback);
    expect(test.calls).toEqual(["GetItem", "TransactWriteItems"]);
  });

  it("leaves the indexes' keys alone after the first write, but for the push and the check", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    const first = await test.item(asked.id);
    await test.ledger.record(asked.id, accepted(asked));
    const second = await test.item(asked.id);
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    const third = await test.item(asked.id);
    const keysOf = (item: typeof first) => ["t", "s", "p", "r", "c", "d", "u"].map((name) => item?.[name] ?? null);
    const [t, s, p, r, c, d, u] = keysOf(first);
    expect(c).toBeNull();
    expect(keysOf(second)).toEqual([t, s, p, r, expect.anything(), d, u]);
    expect(keysOf(third)).toEqual([t, s, p, r, keysOf(second)[4], null, null]);
  });

  it("is never more than one kilobyte of item, which is one write unit for each write", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    const opened = itemBytes((await test.item(asked.id))!);
    await test.ledger.record(asked.id, accepted(asked));
    const pending = itemBytes((await test.item(asked.id))!);
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    const settled = itemBytes((await test.item(asked.id))!);
    expect(opened).toBeLessThanOrEqual(450);
    expect(pending).toBeLessThanOrEqual(700);
    expect(settled).toBeLessThanOrEqual(KILOBYTE);
  });
});

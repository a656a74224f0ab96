import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { accepted, evidence, freshReceipt, paid, paidByQuery, pushOf, unpaid } from "./samples.ts";
import { opened, pending } from "./steps.ts";

let test: TestLedger;
beforeAll(async () => {
  test = await startLedger();
});
beforeEach(() => {
  test.time.now = NOW;
  test.calls.length = 0;
  test.state.interfere = () => null;
});
afterAll(() => test.close());

describe("evidence that finds the payment as it assumes", () => {
  it("takes a push in one write and gives the payment back without a read", async () => {
    const asked = await opened(test);
    const outcome = await test.ledger.record(asked.id, accepted(asked));
    expect(test.calls).toEqual(["UpdateItem"]);
    expect(outcome).toMatchObject({
      recorded: "changed",
      exception: null,
      payment: { state: "pending", version: 2, push: pushOf(asked), check: { at: asked.checkAt, attempt: 0 } },
    });
    expect("payment" in outcome && outcome.payment).toEqual(await test.ledger.read(asked.id));
  });

  it("settles a paid callback in one write, claims the receipt and stops asking", async () => {
    const asked = await pending(test);
    const receipt = freshReceipt();
    const outcome = await test.ledger.record(asked.id, paid(asked, receipt));
    expect(test.calls).toEqual(["TransactWriteItems"]);
    expect(outcome).toEqual({ recorded: "changed", payment: null, exception: null });
    const payment = await test.ledger.read(asked.id);
    expect(payment).toMatchObject({ state: "succeeded", receipt, paidAt: NOW + 12_000, check: null, version: 3 });
    expect(await test.item(`receipt#${receipt}`)).toMatchObject({ id: { S: asked.id } });
    const item = await test.item(asked.id);
    expect(Object.keys(item!)).not.toContain("d");
    expect(Object.keys(item!)).not.toContain("u");
  });

  it("believes a callback that overtakes the submit's answer, which then changes nothing", async () => {
    const asked = await opened(test);
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    const late = await test.ledger.record(asked.id, accepted(asked));
    expect(late).toMatchObject({ recorded: "unchanged", payment: { state: "succeeded", push: pushOf(asked) } });
  });

  it("fails a payment that its payer declined, with M-PESA's words", async () => {
    const asked = await pending(test);
    const outcome = await test.ledger.record(asked.id, unpaid(asked));
    expect(outcome).toMatchObject({
      recorded: "changed",
      payment: { state: "failed", failure: { code: "cancelled_by_customer", resultCode: "1032" }, check: null },
    });
    expect(test.calls).toEqual(["UpdateItem"]);
  });

  it("fails a payment that M-PESA never took, and remembers an answer that was lost", async () => {
    const refused = await opened(test);
    const failure = { code: "rate_limited", resultCode: null, resultDesc: null } as const;
    expect(
      await test.ledger.record(refused.id, evidence({ finding: "refused", failure }, { source: "submit" })),
    ).toMatchObject({
      payment: { state: "failed", failure, check: null },
    });
    const lost = await opened(test);
    const unknown = evidence({ finding: "unknown", because: "timeout" }, { source: "submit", raw: null });
    expect(await test.ledger.record(lost.id, unknown)).toMatchObject({
      payment: { state: "uncertain", check: { at: lost.checkAt, attempt: 0 } },
    });
  });
});

describe("evidence that comes twice", () => {
  it("pays once: a repeated callback is one refused write and changes nothing", async () => {
    const asked = await pending(test);
    const callback = paid(asked, freshReceipt());
    await test.ledger.record(asked.id, callback);
    const before = await test.item(asked.id);
    test.calls.length = 0;
    expect(await test.ledger.record(asked.id, callback)).toMatchObject({ recorded: "unchanged" });
    expect(test.calls).toEqual(["TransactWriteItems"]);
    expect(await test.item(asked.id)).toEqual(before);
  });

  it("pays once when twenty copies race", async () => {
    const asked = await pending(test);
    const callback = paid(asked, freshReceipt());
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => test.ledger.record(asked.id, callback)));
    expect(outcomes.filter((outcome) => outcome.recorded === "changed")).toHaveLength(1);
    const payment = await test.ledger.read(asked.id);
    expect(payment?.history.map((entry) => entry.finding)).toEqual(["created", "accepted", "paid"]);
  });

  it("settles once when a callback and a query race, whoever is first", async () => {
    for (let race = 0; race < 10; race += 1) {
      const asked = await pending(test);
      const receipt = freshReceipt();
      await Promise.all([
        test.ledger.record(asked.id, paid(asked, receipt)),
        test.ledger.record(asked.id, paidByQuery()),
      ]);
      const payment = await test.ledger.read(asked.id);
      expect(payment).toMatchObject({ state: "succeeded", receipt });
      expect(payment?.history.filter((entry) => entry.to === "succeeded")).toHaveLength(1);
    }
  });

  it("changes nothing when the first answer was lost after the write", async () => {
    const asked = await opened(test);
    let lost = true;
    test.state.interfere = () => {
      const fault = lost ? { after: new Error("socket hang up") } : null;
      lost = false;
      return fault;
    };
    await expect(test.ledger.record(asked.id, accepted(asked))).rejects.toThrow("socket hang up");
    expect(await test.ledger.record(asked.id, accepted(asked))).toMatchObject({ recorded: "unchanged" });
    expect((await test.ledger.read(asked.id))?.version).toBe(2);
  });
});

describe("a receipt that comes later", () => {
  it("is filled in once, claimed, and noted", async () => {
    const asked = await pending(test);
    await test.ledger.record(asked.id, paidByQuery());
    const receipt = freshReceipt();
    const outcome = await test.ledger.record(asked.id, paid(asked, receipt, { source: "c2b" }));
    expect(outcome).toMatchObject({ recorded: "changed", payment: { state: "succeeded", receipt } });
    expect(await test.item(`receipt#${receipt}`)).toBeDefined();
  });
});

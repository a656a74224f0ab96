import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { exceptionId } from "../../../functions/domain/ids.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { accepted, evidence, freshPhone, freshReceipt, paid, paidByQuery, pushOf, unpaid } from "./samples.ts";
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

describe("evidence that disagrees", () => {
  it("credits nothing when the amount differs, opens an exception and says what was claimed", async () => {
    const asked = await pending(test);
    const outcome = await test.ledger.record(asked.id, paid(asked, freshReceipt(), { amount: shillings(1) }));
    expect(outcome).toMatchObject({
      recorded: "changed",
      exception: "amount_mismatch",
      payment: { state: "pending", disputed: true, receipt: null },
    });
    expect("payment" in outcome && outcome.payment).toEqual(await test.ledger.read(asked.id));
    const { history } = (await test.ledger.read(asked.id))!;
    expect(history.at(-1)).toMatchObject({
      to: null,
      exception: "amount_mismatch",
      facts: { amount_cents: 100, disputed: true },
    });
  });

  it("lets no query settle a disputed payment, but a callback that names the amount", async () => {
    const asked = await pending(test);
    await test.ledger.record(asked.id, paid(asked, freshReceipt(), { amount: shillings(1) }));
    expect(await test.ledger.record(asked.id, paidByQuery())).toMatchObject({ recorded: "unchanged" });
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    expect(await test.ledger.read(asked.id)).toMatchObject({ state: "succeeded", disputed: false });
  });

  it("credits nothing when another phone or another push is named", async () => {
    const asked = await pending(test);
    const otherPhone = paid(asked, freshReceipt(), { phone: freshPhone() });
    expect(await test.ledger.record(asked.id, otherPhone)).toMatchObject({ exception: "conflicting_evidence" });
    const second = await pending(test);
    const otherPush = paid(second, freshReceipt(), {
      push: { checkoutId: "ws_CO_other", merchantId: "other" },
    });
    expect(await test.ledger.record(second.id, otherPush)).toMatchObject({ exception: "conflicting_evidence" });
    expect(await test.ledger.read(second.id)).toMatchObject({ state: "pending", disputed: true });
  });

  it("gives a receipt to one transaction only", async () => {
    const receipt = freshReceipt();
    const first = await pending(test);
    await test.ledger.record(first.id, paid(first, receipt));
    const second = await pending(test);
    expect(await test.ledger.record(second.id, paid(second, receipt))).toMatchObject({
      recorded: "changed",
      exception: "duplicate_receipt",
      payment: { state: "pending", receipt: null, disputed: true },
    });
    expect(await test.ledger.record(second.id, paid(second, receipt))).toMatchObject({ recorded: "unchanged" });
    expect(await test.item(`receipt#${receipt}`)).toMatchObject({ id: { S: first.id } });
  });

  it("lets exactly one of five racing payments have a receipt", async () => {
    const receipt = freshReceipt();
    const payments = await Promise.all(Array.from({ length: 5 }, () => pending(test)));
    await Promise.all(payments.map((asked) => test.ledger.record(asked.id, paid(asked, receipt))));
    const states = await Promise.all(payments.map(async ({ id }) => (await test.ledger.read(id))?.state));
    expect(states.sort()).toEqual(["pending", "pending", "pending", "pending", "succeeded"]);
  });

  it("believes late money and opens an exception", async () => {
    const asked = await pending(test);
    await test.ledger.record(asked.id, unpaid(asked));
    const outcome = await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    expect(outcome).toMatchObject({
      recorded: "changed",
      exception: "late_success",
      payment: { state: "succeeded", failure: null },
    });
    expect("payment" in outcome && outcome.payment).toEqual(await test.ledger.read(asked.id));
    expect(await test.item(exceptionId(asked.id, "late_success"))).toMatchObject({ i: { S: asked.id }, n: { N: "1" } });
  });

  it("opens an exception for a code that nobody has listed", async () => {
    const asked = await pending(test);
    expect(await test.ledger.record(asked.id, unpaid(asked, "unclassified"))).toMatchObject({
      exception: "unclassified_code",
      payment: { state: "failed" },
    });
    const { exceptions } = await test.ledger.exceptions("storefront", { limit: 100, cursor: null });
    expect(exceptions.some((found) => found.transactionId === asked.id)).toBe(true);
  });

  it("opens one exception per kind, however often it happens, and counts", async () => {
    const asked = await pending(test);
    for (const at of [NOW + 1, NOW + 2, NOW + 3])
      await test.ledger.record(asked.id, evidence({ finding: "unverified" }, { at, raw: `{"copy":${at}}` }));
    const { exceptions } = await test.ledger.exceptions("storefront", { limit: 100, cursor: null });
    const own = exceptions.filter((found) => found.transactionId === asked.id);
    expect(own).toEqual([
      {
        id: exceptionId(asked.id, "unverified_source"),
        storefront: "storefront",
        transactionId: asked.id,
        kind: "unverified_source",
        status: "open",
        openedAt: NOW + 1,
        lastAt: NOW + 3,
        times: 3,
      },
    ]);
  });

  it("stops asking when the payment is overdue, and shows it to a person", async () => {
    const asked = await pending(test);
    const overdue = evidence({ finding: "overdue" }, { source: "sweep", by: "sweep" });
    expect(await test.ledger.record(asked.id, overdue)).toMatchObject({
      exception: "uncertain_overdue",
      payment: { state: "uncertain", check: null },
    });
    expect((await test.ledger.read(asked.id))?.check).toBeNull();
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

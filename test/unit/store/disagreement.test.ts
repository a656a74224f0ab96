import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { exceptionId } from "../../../functions/domain/ids.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { evidence, freshPhone, freshReceipt, paid, paidByQuery, unpaid } from "./samples.ts";
import { pending } from "./steps.ts";

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
    const { exceptions } = await test.exceptions.list({
      storefront: "storefront",
      filters: {},
      limit: 100,
      cursor: null,
    });
    expect(exceptions.some((found) => found.transactionId === asked.id)).toBe(true);
  });

  it("opens one exception per kind, however often it happens, and counts", async () => {
    const asked = await pending(test);
    for (const at of [NOW + 1, NOW + 2, NOW + 3])
      await test.ledger.record(asked.id, evidence({ finding: "unverified" }, { at, raw: `{"copy":${at}}` }));
    const { exceptions } = await test.exceptions.list({
      storefront: "storefront",
      filters: {},
      limit: 100,
      cursor: null,
    });
    const own = exceptions.filter((found) => found.transactionId === asked.id);
    expect(own).toMatchObject([
      {
        id: exceptionId(asked.id, "unverified_source"),
        storefront: "storefront",
        transactionId: asked.id,
        kind: "unverified_source",
        status: "open",
        openedAt: NOW + 1,
        lastAt: NOW + 3,
        times: 3,
        version: 3,
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

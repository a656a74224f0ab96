import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { exceptionId } from "../../../functions/domain/ids.ts";
import { verifyChain } from "../../../functions/domain/history.ts";
import { shillings } from "../../../functions/domain/money.ts";
import type { PaymentIntent } from "../../../functions/domain/payment.ts";
import { LIMITS, NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { accepted, evidence, freshPhone, freshReceipt, intent, paid, paidByQuery, pushOf, unpaid } from "./samples.ts";

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

const opened = async (overrides: Partial<PaymentIntent> = {}): Promise<PaymentIntent> => {
  const asked = intent(overrides);
  await test.ledger.open(asked, LIMITS);
  test.calls.length = 0;
  return asked;
};
const pending = async (): Promise<PaymentIntent> => {
  const asked = await opened();
  await test.ledger.record(asked.id, accepted(asked));
  test.calls.length = 0;
  return asked;
};

describe("evidence that finds the payment as it assumes", () => {
  it("takes a push in one write and gives the payment back without a read", async () => {
    const asked = await opened();
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
    const asked = await pending();
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
    const asked = await opened();
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    const late = await test.ledger.record(asked.id, accepted(asked));
    expect(late).toMatchObject({ recorded: "unchanged", payment: { state: "succeeded", push: pushOf(asked) } });
  });

  it("fails a payment that its payer declined, with M-PESA's words", async () => {
    const asked = await pending();
    const outcome = await test.ledger.record(asked.id, unpaid(asked));
    expect(outcome).toMatchObject({
      recorded: "changed",
      payment: { state: "failed", failure: { code: "cancelled_by_customer", resultCode: "1032" }, check: null },
    });
    expect(test.calls).toEqual(["UpdateItem"]);
  });

  it("fails a payment that M-PESA never took, and remembers an answer that was lost", async () => {
    const refused = await opened();
    const failure = { code: "rate_limited", resultCode: null, resultDesc: null } as const;
    expect(
      await test.ledger.record(refused.id, evidence({ finding: "refused", failure }, { source: "submit" })),
    ).toMatchObject({
      payment: { state: "failed", failure, check: null },
    });
    const lost = await opened();
    const unknown = evidence({ finding: "unknown", because: "timeout" }, { source: "submit", raw: null });
    expect(await test.ledger.record(lost.id, unknown)).toMatchObject({
      payment: { state: "uncertain", check: { at: lost.checkAt, attempt: 0 } },
    });
  });
});

describe("evidence that comes twice", () => {
  it("pays once: a repeated callback is one refused write and changes nothing", async () => {
    const asked = await pending();
    const callback = paid(asked, freshReceipt());
    await test.ledger.record(asked.id, callback);
    const before = await test.item(asked.id);
    test.calls.length = 0;
    expect(await test.ledger.record(asked.id, callback)).toMatchObject({ recorded: "unchanged" });
    expect(test.calls).toEqual(["TransactWriteItems"]);
    expect(await test.item(asked.id)).toEqual(before);
  });

  it("pays once when twenty copies race", async () => {
    const asked = await pending();
    const callback = paid(asked, freshReceipt());
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => test.ledger.record(asked.id, callback)));
    expect(outcomes.filter((outcome) => outcome.recorded === "changed")).toHaveLength(1);
    const payment = await test.ledger.read(asked.id);
    expect(payment?.history.map((entry) => entry.finding)).toEqual(["created", "accepted", "paid"]);
  });

  it("settles once when a callback and a query race, whoever is first", async () => {
    for (let race = 0; race < 10; race += 1) {
      const asked = await pending();
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
    const asked = await opened();
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
    const asked = await pending();
    const outcome = await test.ledger.record(asked.id, paid(asked, freshReceipt(), { amount: shillings(1) } as never));
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
    const asked = await pending();
    await test.ledger.record(asked.id, paid(asked, freshReceipt(), { amount: shillings(1) } as never));
    expect(await test.ledger.record(asked.id, paidByQuery())).toMatchObject({ recorded: "unchanged" });
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    expect(await test.ledger.read(asked.id)).toMatchObject({ state: "succeeded", disputed: false });
  });

  it("credits nothing when another phone or another push is named", async () => {
    const asked = await pending();
    const otherPhone = paid(asked, freshReceipt(), { phone: freshPhone() } as never);
    expect(await test.ledger.record(asked.id, otherPhone)).toMatchObject({ exception: "conflicting_evidence" });
    const second = await pending();
    const otherPush = paid(second, freshReceipt(), {
      push: { checkoutId: "ws_CO_other", merchantId: "other" },
    } as never);
    expect(await test.ledger.record(second.id, otherPush)).toMatchObject({ exception: "conflicting_evidence" });
    expect(await test.ledger.read(second.id)).toMatchObject({ state: "pending", disputed: true });
  });

  it("gives a receipt to one transaction only", async () => {
    const receipt = freshReceipt();
    const first = await pending();
    await test.ledger.record(first.id, paid(first, receipt));
    const second = await pending();
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
    const payments = await Promise.all(Array.from({ length: 5 }, pending));
    await Promise.all(payments.map((asked) => test.ledger.record(asked.id, paid(asked, receipt))));
    const states = await Promise.all(payments.map(async ({ id }) => (await test.ledger.read(id))?.state));
    expect(states.sort()).toEqual(["pending", "pending", "pending", "pending", "succeeded"]);
  });

  it("believes late money and opens an exception", async () => {
    const asked = await pending();
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
    const asked = await pending();
    expect(await test.ledger.record(asked.id, unpaid(asked, "unclassified"))).toMatchObject({
      exception: "unclassified_code",
      payment: { state: "failed" },
    });
    const { exceptions } = await test.ledger.exceptions("storefront", { limit: 100, cursor: null });
    expect(exceptions.some((found) => found.transactionId === asked.id)).toBe(true);
  });

  it("opens one exception per kind, however often it happens, and counts", async () => {
    const asked = await pending();
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
    const asked = await pending();
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
    const asked = await pending();
    await test.ledger.record(asked.id, paidByQuery());
    const receipt = freshReceipt();
    const outcome = await test.ledger.record(asked.id, paid(asked, receipt, { source: "c2b" } as never));
    expect(outcome).toMatchObject({ recorded: "changed", payment: { state: "succeeded", receipt } });
    expect(await test.item(`receipt#${receipt}`)).toBeDefined();
  });
});

describe("what was received", () => {
  it("is kept sealed with what it changed, and reads back as it came", async () => {
    const asked = await pending();
    const callback = paid(asked, freshReceipt());
    await test.ledger.record(asked.id, callback);
    const history = (await test.ledger.history(asked.id))!;
    expect(history.raws).toEqual([{ hash: history.payment.history[2]?.rawHash, text: callback.raw }]);
    expect(JSON.stringify(await test.item(asked.id))).not.toContain(asked.phone);
  });

  it("is kept alone when it changes nothing, once however often it comes", async () => {
    const asked = await pending();
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    const query = paidByQuery('{"ResultCode":"0","again":true}');
    expect(await test.ledger.record(asked.id, query)).toMatchObject({ recorded: "unchanged" });
    await test.ledger.record(asked.id, query);
    const { kept } = (await test.ledger.history(asked.id))!;
    expect(kept).toMatchObject([{ finding: "paid", source: "query", by: "sweep", raw: { text: query.raw } }]);
  });

  it("is kept even when nobody knows the transaction", async () => {
    const stranger = intent();
    const callback = paid(stranger, freshReceipt());
    expect(await test.ledger.record(stranger.id, callback)).toEqual({ recorded: "unknown_transaction" });
    expect(test.calls).toEqual(["TransactWriteItems", "PutItem"]);
    await test.ledger.open(stranger, LIMITS);
    expect((await test.ledger.history(stranger.id))?.kept).toMatchObject([{ raw: { text: callback.raw } }]);
    expect(await test.ledger.record(stranger.id, callback)).toMatchObject({ recorded: "changed" });
  });

  it("lies beside the payment when it is too long for it", async () => {
    const asked = await pending();
    const noise = Array.from({ length: 3_000 }, (_, index) => (index * 7_919).toString(36)).join("");
    const long = { ...paid(asked, freshReceipt()), raw: JSON.stringify({ noise }) };
    await test.ledger.record(asked.id, long);
    const history = (await test.ledger.history(asked.id))!;
    expect(history.payment.state).toBe("succeeded");
    expect(history.raws).toEqual([]);
    expect(history.kept).toMatchObject([{ raw: { text: long.raw } }]);
  });

  it("is not acknowledged when it could not be kept", async () => {
    const asked = await pending();
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    test.state.interfere = (call) => (call === "PutItem" ? { before: new Error("no disk") } : null);
    await expect(test.ledger.record(asked.id, paidByQuery("{}"))).rejects.toThrow("no disk");
  });
});

describe("the history", () => {
  it("is one intact chain, its end kept beside it", async () => {
    const asked = await pending();
    await test.ledger.record(asked.id, evidence({ finding: "unverified" }, { raw: "{}" }));
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    const { payment, head } = (await test.ledger.history(asked.id))!;
    expect(payment.history.map(({ finding, to }) => [finding, to])).toEqual([
      ["created", "initiated"],
      ["accepted", "pending"],
      ["unverified", null],
      ["paid", "succeeded"],
    ]);
    expect(verifyChain(asked.id, payment.history, head)).toEqual({ intact: true });
    expect(payment.version).toBe(4);
  });

  it("stays bounded: notes beyond the limit are kept beside the payment", async () => {
    const asked = await pending();
    for (let copy = 0; copy < 42; copy += 1)
      await test.ledger.record(asked.id, evidence({ finding: "unverified" }, { raw: `{"copy":${copy}}` }));
    const history = (await test.ledger.history(asked.id))!;
    expect(history.payment.history).toHaveLength(40);
    expect(history.kept).toHaveLength(4);
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    expect(await test.ledger.read(asked.id)).toMatchObject({ state: "succeeded" });
  });
});

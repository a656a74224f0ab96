import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { verifyChain } from "../../../functions/domain/history.ts";
import { LIMITS, NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { evidence, freshReceipt, intent, paid, paidByQuery } from "./samples.ts";
import { pending, paymentHistory } from "./steps.ts";

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

describe("what was received", () => {
  it("is kept sealed with what it changed, and reads back as it came", async () => {
    const asked = await pending(test);
    const callback = paid(asked, freshReceipt());
    await test.ledger.record(asked.id, callback);
    const history = await paymentHistory(test, asked.id);
    expect(history.raws).toEqual([{ hash: history.payment.history[2]?.rawHash, text: callback.raw }]);
    expect(JSON.stringify(await test.item(asked.id))).not.toContain(asked.phone);
  });

  it("is kept alone when it changes nothing, once however often it comes", async () => {
    const asked = await pending(test);
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    const query = paidByQuery('{"ResultCode":"0","again":true}');
    expect(await test.ledger.record(asked.id, query)).toMatchObject({ recorded: "unchanged" });
    await test.ledger.record(asked.id, query);
    const { kept } = await paymentHistory(test, asked.id);
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
    const asked = await pending(test);
    const noise = Array.from({ length: 3_000 }, (_, index) => (index * 7_919).toString(36)).join("");
    const long = { ...paid(asked, freshReceipt()), raw: JSON.stringify({ noise }) };
    await test.ledger.record(asked.id, long);
    const history = await paymentHistory(test, asked.id);
    expect(history.payment.state).toBe("succeeded");
    expect(history.raws).toEqual([]);
    expect(history.kept).toMatchObject([{ raw: { text: long.raw } }]);
  });

  it("is not acknowledged when it could not be kept", async () => {
    const asked = await pending(test);
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    test.state.interfere = (call) => (call === "PutItem" ? { before: new Error("no disk") } : null);
    await expect(test.ledger.record(asked.id, paidByQuery("{}"))).rejects.toThrow("no disk");
  });
});

describe("the history", () => {
  it("is one intact chain, its end kept beside it", async () => {
    const asked = await pending(test);
    await test.ledger.record(asked.id, evidence({ finding: "unverified" }, { raw: "{}" }));
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    const { payment, head } = await paymentHistory(test, asked.id);
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
    const asked = await pending(test);
    for (let copy = 0; copy < 42; copy += 1)
      await test.ledger.record(asked.id, evidence({ finding: "unverified" }, { raw: `{"copy":${copy}}` }));
    const history = await paymentHistory(test, asked.id);
    expect(history.payment.history).toHaveLength(40);
    expect(history.kept).toHaveLength(4);
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    expect(await test.ledger.read(asked.id)).toMatchObject({ state: "succeeded" });
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { verifyChain } from "../../../functions/domain/history.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { SealBroken } from "../../../functions/store/phone-vault.ts";
import { NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { batchId, claimAs, newBatch, payoutIntent, payoutOf, placeIn, rowIntent } from "./payout-samples.ts";

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

describe("opening a payout", () => {
  it("puts the intent on the ledger in one write call, as it reads back", async () => {
    const asked = payoutIntent();
    const outcome = await test.payouts.open(asked);
    expect(test.calls).toEqual(["TransactWriteItems"]);
    const payout = await payoutOf(test, asked);
    expect(outcome).toEqual({ opened: "new", payout });
    const { phone, openedBy, requestId, checkAt, ...kept } = asked;
    expect(payout).toMatchObject(kept);
    expect(payout).toMatchObject({
      state: "queued",
      version: 1,
      phoneMasked: `${phone.slice(0, 4)}*****${phone.slice(-3)}`,
      attempts: 0,
      sentAt: null,
      doubt: false,
      wentIn: false,
      conversationId: null,
      receipt: null,
      failure: null,
      replacedBy: null,
      check: { at: checkAt, attempt: 0 },
    });
    expect(payout.history).toMatchObject([{ finding: "created", to: "queued", by: openedBy, requestId }]);
    expect(verifyChain(payout.id, payout.history, payout.history[0]?.digest ?? null)).toEqual({ intact: true });
  });

  it("answers a replay with the first payout, whatever became of it, and counts it once", async () => {
    const asked = payoutIntent({ shortcode: "600100" });
    await test.payouts.open(asked);
    await test.payouts.claim(await payoutOf(test, asked), claimAs());
    const again = await test.payouts.open({ ...asked, createdAt: NOW + 5_000 });
    expect(again).toMatchObject({ opened: "existing", payout: { state: "sending", createdAt: NOW } });
    expect(await test.payouts.inFlight("600100")).toBe(asked.amount);
  });

  it("shows the first payout when its key comes with another body, or from another storefront", async () => {
    const asked = payoutIntent();
    await test.payouts.open(asked);
    for (const other of [{ fingerprint: "ff".repeat(32) }, { storefront: "elsewhere" }])
      expect(await test.payouts.open({ ...asked, ...other })).toMatchObject({
        opened: "reused_key",
        payout: { id: asked.id, fingerprint: asked.fingerprint },
      });
  });

  it("makes one payout of twenty that race under one key", async () => {
    const asked = payoutIntent({ shortcode: "600101" });
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => test.payouts.open(asked)));
    expect(outcomes.filter(({ opened }) => opened === "new")).toHaveLength(1);
    expect(await test.payouts.inFlight("600101")).toBe(asked.amount);
  });

  it("never spells the phone in the item", async () => {
    const asked = payoutIntent();
    await test.payouts.open(asked);
    const item = JSON.stringify(await test.item(asked.id));
    expect(item).not.toContain(asked.phone);
    expect(item).not.toContain(asked.phone.slice(3));
  });
});

describe("opening the rows of a batch", () => {
  it("makes a payout for each, in no listing by time and not due until it is sent", async () => {
    const batch = batchId();
    const asked = [1, 2, 3].map((position) => rowIntent({ ...placeIn(batch, position), row: position + 4 }));
    await test.payouts.openRows(asked);
    expect(test.calls).toEqual(["PutItem", "PutItem", "PutItem"]);
    for (const one of asked) {
      const payout = await payoutOf(test, one);
      expect(payout).toMatchObject({ state: "queued", check: null, batch: one.batch, storefront: "storefront" });
      const item = await test.item(one.id);
      for (const key of ["t", "d", "u"]) expect(Object.keys(item!)).not.toContain(key);
    }
  });

  it("leaves alone what is there, so that it can be repeated", async () => {
    const batch = batchId();
    const asked = [1, 2].map((position) => rowIntent(placeIn(batch, position)));
    await test.payouts.openRows(asked.slice(0, 1));
    await test.payouts.claim(await payoutOf(test, asked[0]!), claimAs());
    const before = await test.item(asked[0]!.id);
    await test.payouts.openRows(asked);
    expect(await test.item(asked[0]!.id)).toEqual(before);
    expect(await payoutOf(test, asked[1]!)).toMatchObject({ state: "queued" });
  });

  it("makes one payout for each row when two feed the same rows at once", async () => {
    const { batch } = await test.batches.open(newBatch());
    const asked = Array.from({ length: 20 }, (_, index) => rowIntent(placeIn(batch.id, index + 1)));
    const later = asked.map((one) => ({ ...one, createdAt: NOW + 60_000, requestId: "another run" }));
    await Promise.all([test.payouts.openRows(asked), test.payouts.openRows(later), test.payouts.openRows(asked)]);
    for (const payout of await test.payouts.readMany(asked.map(({ id }) => id))) {
      expect(payout).toMatchObject({ state: "queued", version: 1 });
      expect(payout?.history).toHaveLength(1);
      expect([NOW, NOW + 60_000]).toContain(payout?.createdAt);
    }
    const none = { count: 0, amount: 0 };
    expect(await test.batches.tally(batch)).toMatchObject({ succeeded: none, failed: none, cancelled: none });
  });

  it("refuses a payout of no batch, which would be missing from what singles may draw", async () => {
    const [own, row] = [payoutIntent(), rowIntent(placeIn(batchId(), 1))];
    await expect(test.payouts.openRows([row, own])).rejects.toThrow("of a batch alone");
    expect(await test.payouts.readMany([own.id, row.id])).toEqual([null, null]);
  });

  it("asks for at most 25 at a time and takes at most 100", async () => {
    const batch = batchId();
    let running = 0;
    let most = 0;
    test.state.interfere = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      return null;
    };
    const asked = Array.from({ length: 100 }, (_, index) => rowIntent(placeIn(batch, index + 1)));
    await test.payouts.openRows(asked);
    expect(most).toBeLessThanOrEqual(25);
    expect(most).toBeGreaterThan(10);
    await expect(test.payouts.openRows([...asked, rowIntent(placeIn(batch, 101))])).rejects.toThrow(RangeError);
    expect((await test.payouts.readMany(asked.map(({ id }) => id))).filter(Boolean)).toHaveLength(100);
  });

  it("says so when one of them could not be written, once nothing is under way any more", async () => {
    const batch = batchId();
    let calls = 0;
    test.state.interfere = () => {
      calls += 1;
      return calls === 3 ? { before: new Error("no disk") } : null;
    };
    const asked = Array.from({ length: 30 }, (_, index) => rowIntent(placeIn(batch, index + 1)));
    await expect(test.payouts.openRows(asked)).rejects.toThrow("no disk");
    test.state.interfere = () => null;
    await test.payouts.openRows(asked);
    expect((await test.payouts.readMany(asked.map(({ id }) => id))).filter(Boolean)).toHaveLength(30);
  });
});

describe("reading many", () => {
  it("keeps the order asked for, with nothing where nothing is", async () => {
    const [first, second] = [payoutIntent(), payoutIntent({ amount: shillings(20) })];
    await test.payouts.open(first);
    await test.payouts.open(second);
    test.calls.length = 0;
    const stranger = payoutIntent().id;
    const read = await test.payouts.readMany([second.id, stranger, first.id, second.id]);
    expect(read.map((payout) => payout?.id ?? null)).toEqual([second.id, null, first.id, second.id]);
    expect(test.calls).toEqual(["BatchGetItem"]);
  });

  it("gives the phone in clear to whoever is about to send, and to nobody who moved it elsewhere", async () => {
    const [mine, other] = [payoutIntent(), payoutIntent()];
    await test.payouts.open(mine);
    await test.payouts.open(other);
    const [sent, missing] = await test.payouts.readToSend([mine.id, payoutIntent().id]);
    expect(sent).toEqual({ payout: await payoutOf(test, mine), phone: mine.phone });
    expect(missing).toBeNull();
    const sealed = (await test.item(other.id))!["e"]!;
    await expect(test.deps.vault.open(sealed.B!, mine.id)).rejects.toThrow(SealBroken);
  });
});

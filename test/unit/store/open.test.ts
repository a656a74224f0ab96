import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { entryDigest, verifyChain } from "../../../functions/domain/history.ts";
import { maskMsisdn } from "../../../functions/domain/msisdn.ts";
import { keys } from "../../../functions/store/keys.ts";
import { LIMITS, NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { freshPhone, freshReceipt, intent, paid, unpaid } from "./samples.ts";

let test: TestLedger;
beforeAll(async () => {
  test = await startLedger();
});
beforeEach(() => {
  test.time.now = NOW;
  test.calls.length = 0;
  test.waits.length = 0;
  test.state.interfere = () => null;
});
afterAll(() => test.close());

describe("opening a payment", () => {
  it("puts the whole intent on the ledger, phone masked and hashed, history begun", async () => {
    const asked = intent();
    const outcome = await test.ledger.open(asked, LIMITS);
    expect(outcome.opened).toBe("new");
    const payment = await test.ledger.read(asked.id);
    expect(payment).toEqual("payment" in outcome ? outcome.payment : null);
    expect(payment).toMatchObject({
      id: asked.id,
      storefront: asked.storefront,
      shortcode: asked.shortcode,
      state: "initiated",
      version: 1,
      amount: asked.amount,
      refunded: 0,
      phoneMasked: maskMsisdn(asked.phone),
      phoneHash: await test.deps.vault.hash(asked.phone),
      reference: asked.reference,
      description: asked.description,
      metadata: asked.metadata,
      fingerprint: asked.fingerprint,
      push: null,
      receipt: null,
      paidAt: null,
      failure: null,
      disputed: false,
      check: { at: asked.checkAt, attempt: 0 },
      createdAt: asked.createdAt,
      updatedAt: asked.createdAt,
    });
    const [created] = payment!.history;
    expect(created).toMatchObject({ finding: "created", to: "initiated", source: "api", by: asked.openedBy });
    expect(created?.requestId).toBe(asked.requestId);
    expect(created?.digest).toBe(entryDigest(asked.id, created!));
    expect(verifyChain(asked.id, payment!.history, created!.digest)).toEqual({ intact: true });
  });

  it("writes the phone's number nowhere in clear", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    const stored = JSON.stringify(await test.item(asked.id), (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : value,
    );
    expect(stored).not.toContain(asked.phone.slice(4));
    const hash = await test.deps.vault.hash(asked.phone);
    const guard = JSON.stringify(
      await test.item(keys.promptGuard(asked.shortcode, hash), test.deps.tables.coordination),
    );
    expect(guard).toContain(asked.id);
    expect(guard).not.toContain(asked.phone.slice(4));
  });

  it("keeps the sealed number readable for whoever holds the keys", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    const item = await test.item(asked.id);
    const opened = await test.deps.vault.open(item!["e"]!.B!, asked.id);
    expect(Buffer.from(opened).toString()).toBe(asked.phone);
  });

  it("takes empty metadata and request ids that are no UUIDs", async () => {
    const asked = intent({ metadata: {}, requestId: "Root=1-abc" });
    await test.ledger.open(asked, LIMITS);
    const payment = await test.ledger.read(asked.id);
    expect(payment?.metadata).toEqual({});
    expect(payment?.history[0]?.requestId).toBe("Root=1-abc");
  });
});

describe("opening the same payment again", () => {
  it("gives back the first one and writes nothing", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    const before = await test.item(asked.id);
    const again = await test.ledger.open({ ...asked, requestId: "another", createdAt: NOW + 5_000 }, LIMITS);
    expect(again).toMatchObject({ opened: "existing", payment: { id: asked.id, createdAt: NOW } });
    expect(await test.item(asked.id)).toEqual(before);
  });

  it("tells a reused key by its fingerprint", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    const again = await test.ledger.open({ ...asked, fingerprint: "cd".repeat(32) }, LIMITS);
    expect(again).toMatchObject({ opened: "reused_key", payment: { id: asked.id, fingerprint: asked.fingerprint } });
  });

  it("never refuses itself: of twenty racing requests one is new and nineteen are replays", async () => {
    const asked = intent();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => test.ledger.open(asked, LIMITS)));
    const kinds = outcomes.map((outcome) => outcome.opened).sort();
    expect(kinds).toEqual([...Array.from({ length: 19 }, () => "existing"), "new"]);
  });

  it("finds its own payment when the first answer was lost after the write", async () => {
    const asked = intent();
    test.state.interfere = () => ({ after: new Error("socket hang up") });
    await expect(test.ledger.open(asked, LIMITS)).rejects.toThrow("socket hang up");
    test.state.interfere = () => null;
    expect(await test.ledger.open(asked, LIMITS)).toMatchObject({ opened: "existing" });
  });
});

describe("the phone's prompt guard", () => {
  it("refuses a second prompt while the first is open, and names the payment", async () => {
    const phone = freshPhone();
    const first = intent({ phone });
    await test.ledger.open(first, LIMITS);
    test.time.now += 60_000;
    const second = intent({ phone });
    const outcome = await test.ledger.open(second, LIMITS);
    expect(outcome).toEqual({ opened: "refused", because: "payment_in_progress", paymentId: first.id });
    expect(await test.ledger.read(second.id)).toBeNull();
  });

  it("lets exactly one of ten racing payments of one phone through", async () => {
    const phone = freshPhone();
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => test.ledger.open(intent({ phone }), LIMITS)));
    expect(outcomes.filter((outcome) => outcome.opened === "new")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.opened === "refused")).toHaveLength(9);
  });

  it("lets exactly one of ten through when the phone has paid before today", async () => {
    const phone = freshPhone();
    const earlier = intent({ phone });
    await test.ledger.open(earlier, LIMITS);
    await test.ledger.record(earlier.id, paid(earlier, freshReceipt()));
    test.time.now += 3_600_000;
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => test.ledger.open(intent({ phone }), LIMITS)));
    expect(outcomes.filter((outcome) => outcome.opened === "new")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.opened === "refused")).toHaveLength(9);
  });

  it("lets a phone pay again once its payment has ended", async () => {
    const phone = freshPhone();
    const first = intent({ phone });
    await test.ledger.open(first, LIMITS);
    await test.ledger.record(first.id, paid(first, freshReceipt()));
    test.time.now += 20_000;
    expect(await test.ledger.open(intent({ phone }), LIMITS)).toMatchObject({ opened: "new" });
  });

  it("refuses a fourth prompt within five minutes, and says when to come back", async () => {
    const phone = freshPhone();
    for (let prompt = 0; prompt < 3; prompt += 1) {
      const asked = intent({ phone });
      expect(await test.ledger.open(asked, LIMITS)).toMatchObject({ opened: "new" });
      await test.ledger.record(asked.id, unpaid(asked));
      test.time.now += 10_000;
    }
    const refused = await test.ledger.open(intent({ phone }), LIMITS);
    expect(refused).toEqual({ opened: "refused", because: "too_many_prompts", retryAt: NOW + LIMITS.windowMs });
  });

  it("leaves a phone alone after five uncompleted prompts in a row", async () => {
    const phone = freshPhone();
    for (let prompt = 0; prompt < 5; prompt += 1) {
      const asked = intent({ phone });
      expect(await test.ledger.open(asked, LIMITS)).toMatchObject({ opened: "new" });
      await test.ledger.record(asked.id, unpaid(asked));
      test.time.now += 200_000;
    }
    expect(await test.ledger.open(intent({ phone }), LIMITS)).toEqual({
      opened: "refused",
      because: "too_many_uncompleted",
      retryAt: NOW + LIMITS.uncompletedWindowMs,
    });
    test.time.now = NOW + LIMITS.uncompletedWindowMs + 900_000;
    expect(await test.ledger.open(intent({ phone }), LIMITS)).toMatchObject({ opened: "new" });
  });

  it("forgets by itself: it carries an expiry a day ahead", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    const hash = await test.deps.vault.hash(asked.phone);
    const guard = await test.item(keys.promptGuard(asked.shortcode, hash), test.deps.tables.coordination);
    expect(Number(guard!["ttl"]!.N)).toBe((NOW + 90_000_000) / 1000);
  });
});

describe("a busy database", () => {
  it("is asked again after a conflict, with a bounded wait, and the payment opens", async () => {
    let conflicts = 2;
    const conflict = new TransactionCanceledException({
      message: "conflict",
      $metadata: {},
      CancellationReasons: [{ Code: "TransactionConflict" }, { Code: "None" }],
    });
    test.state.interfere = () => (conflicts-- > 0 ? { before: conflict } : null);
    expect(await test.ledger.open(intent(), LIMITS)).toMatchObject({ opened: "new" });
    expect(test.waits).toEqual([20, 40]);
  });

  it("is given up on after six attempts, and nothing is written", async () => {
    const asked = intent();
    test.state.interfere = () => ({
      before: Object.assign(new Error("slow down"), { name: "ThrottlingException" }),
    });
    await expect(test.ledger.open(asked, LIMITS)).rejects.toThrow("slow down");
    expect(test.calls).toHaveLength(6);
    test.state.interfere = () => null;
    expect(await test.ledger.read(asked.id)).toBeNull();
  });
});

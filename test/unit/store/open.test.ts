import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { entryDigest, verifyChain } from "../../../functions/domain/history.ts";
import { maskMsisdn } from "../../../functions/domain/msisdn.ts";
import { keys } from "../../../functions/store/keys.ts";
import { LIMITS, NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { intent } from "./samples.ts";

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
      refunding: 0,
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

  it("is given up on after nine attempts, and nothing is written", async () => {
    const asked = intent();
    test.state.interfere = () => ({
      before: Object.assign(new Error("slow down"), { name: "ThrottlingException" }),
    });
    await expect(test.ledger.open(asked, LIMITS)).rejects.toThrow("slow down");
    expect(test.calls).toHaveLength(9);
    test.state.interfere = () => null;
    expect(await test.ledger.read(asked.id)).toBeNull();
  });
});

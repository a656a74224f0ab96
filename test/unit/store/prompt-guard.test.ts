import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
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

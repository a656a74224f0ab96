import { describe, expect, it } from "vitest";
import { abandoned, afterAttempt, again, safetyAt, waitedAt } from "../../../functions/domain/webhook-delivery.ts";
import type { Attempt, Delivery } from "../../../functions/domain/webhook-delivery.ts";
import { MOST_ATTEMPTS } from "../../../functions/domain/webhook-schedule.ts";

const NOW = Date.UTC(2026, 10, 21, 9);
const PACE = { intervalMs: 60_000, jitter: 0 };

const delivery: Delivery = {
  id: "dlv_1",
  storefront: "demo",
  endpoint: "whe_1",
  event: { id: "evt_1", type: "payment.succeeded", subject: "pay_1" },
  body: "{}",
  status: "pending",
  failedBecause: null,
  made: 0,
  madeBefore: 0,
  attempts: [],
  dueAt: NOW,
  createdAt: NOW,
  updatedAt: NOW,
};
const attempt = (result: Attempt["result"], at = NOW): Attempt & { readonly retryAfterMs: number | null } => ({
  at,
  ms: 5,
  result,
  url: "https://duka.co.ke/",
  status: null,
  excerpt: null,
  error: null,
  retryAfterMs: null,
});

/** A delivery after so many failures. */
const failed = (times: number, from = delivery): Delivery =>
  Array.from({ length: times }).reduce<Delivery>((current) => afterAttempt(current, attempt("refused"), PACE), from);

describe("a delivery", () => {
  it.each(["refused", "redirected", "timed_out", "unreachable", "forbidden_address"] as const)(
    "whose attempt was %s is tried again",
    (result) => {
      expect(afterAttempt(delivery, attempt(result), PACE)).toMatchObject({
        status: "pending",
        made: 1,
        dueAt: NOW + 5 + 60_000,
        attempts: [{ result }],
      });
    },
  );

  it("ends with its twelfth failure, and keeps what each was", () => {
    const last = failed(MOST_ATTEMPTS);
    expect(last).toMatchObject({ status: "failed", failedBecause: "attempts_exhausted", dueAt: null, made: 12 });
    expect(last.attempts).toHaveLength(12);
    expect(failed(MOST_ATTEMPTS - 1).status).toBe("pending");
  });

  it("that its owner has sent again has twelve attempts once more, and the log keeps the latest", () => {
    const round = (from: Delivery): Delivery => failed(MOST_ATTEMPTS, again(from, NOW, PACE));
    const once = again(failed(MOST_ATTEMPTS), NOW, PACE);
    expect(once).toMatchObject({ status: "pending", failedBecause: null, dueAt: safetyAt(NOW, PACE) });
    expect(failed(MOST_ATTEMPTS - 1, once).status).toBe("pending");
    const thrice = round(round(failed(MOST_ATTEMPTS)));
    expect(thrice).toMatchObject({ status: "failed", made: 36 });
    expect(thrice.attempts).toHaveLength(24);
  });

  it("that ended while an attempt was under way stays ended, unless that one got through", () => {
    const ended = abandoned(delivery, "endpoint_disabled", NOW);
    expect(afterAttempt(ended, attempt("refused"), PACE)).toMatchObject({
      status: "failed",
      failedBecause: "endpoint_disabled",
      dueAt: null,
      made: 1,
    });
    expect(afterAttempt(ended, attempt("delivered"), PACE)).toMatchObject({ status: "delivered", failedBecause: null });
  });
});

describe("when a delivery is looked at", () => {
  const slow = { intervalMs: 60_000, jitter: 0.5 };

  it("again, should its first attempt be lost, is five to six turns of the clock later", () => {
    expect([safetyAt(NOW, PACE), safetyAt(NOW, slow)]).toEqual([NOW + 300_000, NOW + 330_000]);
    expect(safetyAt(0, { intervalMs: 1, jitter: 0.4 })).toBe(5);
  });

  it("after it had to wait is half a turn to two and a half later", () => {
    expect([waitedAt(NOW, PACE), waitedAt(NOW, slow)]).toEqual([NOW + 30_000, NOW + 90_000]);
    expect(waitedAt(0, { intervalMs: 1, jitter: 0.9 })).toBe(2);
  });

  it("is when the receiver asked for it, where that is later than planned", () => {
    const busy = { ...attempt("refused"), retryAfterMs: 600_000 };
    expect(afterAttempt(delivery, busy, PACE).dueAt).toBe(NOW + 5 + 600_000);
  });
});

describe("what is kept of a delivery", () => {
  it("when it ended is how and when, and nothing is due", () => {
    const { dueAt, updatedAt, attempts, made } = afterAttempt(delivery, attempt("delivered", NOW + 9), PACE);
    expect([dueAt, updatedAt, made]).toEqual([null, NOW + 14, 1]);
    const { retryAfterMs: _asked, ...kept } = attempt("delivered", NOW + 9);
    expect(attempts).toEqual([kept]);
    expect(afterAttempt(delivery, attempt("gone"), PACE)).toMatchObject({
      status: "failed",
      failedBecause: "endpoint_gone",
      dueAt: null,
      updatedAt: NOW + 5,
    });
    expect(abandoned(delivery, "endpoint_deleted", NOW + 7)).toEqual({
      ...delivery,
      status: "failed",
      failedBecause: "endpoint_deleted",
      dueAt: null,
      updatedAt: NOW + 7,
    });
  });

  it("when its owner wants it again is all that was tried", () => {
    const before = failed(2);
    expect(again(before, NOW + 3, PACE)).toEqual({
      ...before,
      status: "pending",
      failedBecause: null,
      madeBefore: 2,
      dueAt: safetyAt(NOW + 3, PACE),
      updatedAt: NOW + 3,
    });
  });
});

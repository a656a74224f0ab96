/** What a payer sees for each way that a session can stand. */
import { describe, expect, it, test } from "vitest";
import { FAILURES, FAILURE_CODES } from "../../../functions/domain/failures.ts";
import { PROMPT_MS, pauseFor, promptLeft, screenOf, stepAfter } from "../../../web/checkout/src/screen.ts";
import type { Payment, Session } from "../../../web/checkout/src/session.ts";

const NOW = Date.UTC(2026, 10, 22, 9);

const payment = (change: Partial<Payment> = {}): Payment => ({
  id: "pay_1",
  status: "pending",
  stage: "awaiting_customer",
  phone: "2547*****678",
  receipt: null,
  paidAt: null,
  createdAt: NOW,
  updatedAt: NOW,
  failure: null,
  ...change,
});

const session = (change: Partial<Session> = {}): Session => ({
  status: "open",
  amount: 1500,
  reference: "INV-1001",
  description: null,
  merchant: "Duka",
  successUrl: null,
  expiresAt: NOW + 3_600_000,
  payment: null,
  isOnce: false,
  ...change,
});

describe("the screen", () => {
  test.each([
    ["asks at first", session(), "ask"],
    ["shows the phone while the prompt is out", session({ payment: payment() }), "waiting"],
    ["says that M-PESA is asked", session({ payment: payment({ stage: "confirming" }) }), "confirming"],
    ["says what went wrong", session({ payment: payment({ status: "failed" }) }), "failed"],
    ["says that it is paid", session({ status: "complete", payment: payment({ status: "succeeded" }) }), "paid"],
    [
      "says that it was given back",
      session({ status: "complete", payment: payment({ status: "reversed" }) }),
      "returned",
    ],
    ["says that the link is over", session({ status: "expired" }), "expired"],
    [
      "offers no try on a link that is over",
      session({ status: "expired", payment: payment({ status: "failed" }) }),
      "expired",
    ],
    [
      "says what went wrong where there is but one try",
      session({ status: "expired", isOnce: true, payment: payment({ status: "failed" }) }),
      "failed",
    ],
  ] as const)("%s", (_what, stands, screen) => {
    expect(screenOf(stands)).toBe(screen);
  });

  it("never calls a payment paid that is not", () => {
    for (const status of ["pending", "failed"] as const)
      expect(screenOf(session({ payment: payment({ status }) }))).not.toBe("paid");
  });
});

describe("the step after a failure", () => {
  const after = (code: (typeof FAILURE_CODES)[number]) => {
    const { newAttempt, customerMessage } = FAILURES[code];
    return stepAfter({ code, newAttempt, message: customerMessage });
  };
  test.each([
    ["cancelled_by_customer", "again"],
    ["insufficient_funds", "again"],
    ["pin_locked", "other_number"],
    ["account_inactive", "other_number"],
    ["merchant_misconfigured", "none"],
    ["rate_limited", "later"],
  ] as const)("%s: %s", (code, step) => {
    expect(after(code)).toBe(step);
  });

  it("leaves nobody without a step but the shop that has to mend something", () => {
    expect(FAILURE_CODES.filter((code) => after(code) === "none")).toEqual(["merchant_misconfigured"]);
  });
});

describe("looking again", () => {
  const unheard = (): boolean => false;
  const untouched = (): boolean => {
    throw new Error("no socket is wanted for what is not pending");
  };

  it("is soon while the phone is in the payer's hand, and rarer with time", () => {
    const pauses = [0, 3, 15].map((minutes) =>
      pauseFor(session({ payment: payment() }), NOW + minutes * 60_000, unheard),
    );
    expect(pauses).toEqual([1_500, 5_000, 20_000]);
  });

  it("is rare while a socket tells of changes, and still happens", () => {
    const heard = (): boolean => true;
    const pauses = [0, 3, 15].map((minutes) =>
      pauseFor(session({ payment: payment() }), NOW + minutes * 60_000, heard),
    );
    expect(pauses).toEqual([10_000, 10_000, 20_000]);
  });

  it("goes on after a failure, because the money may come late, and ends within the hour", () => {
    const failed = session({ payment: payment({ status: "failed" }) });
    expect(pauseFor(failed, NOW, untouched)).toBe(5_000);
    expect(pauseFor(failed, NOW + 3_600_000, untouched)).toBeNull();
  });

  it("ends once the receipt is there", () => {
    const paid = (receipt: string | null) =>
      session({ status: "complete", payment: payment({ status: "succeeded", receipt }) });
    expect(pauseFor(paid(null), NOW, untouched)).toBe(10_000);
    expect(pauseFor(paid("UKL1ABC234"), NOW, untouched)).toBeNull();
  });
});

it("counts the prompt's time from when it was sent, and never below nothing", () => {
  expect(promptLeft(NOW, NOW)).toBe(PROMPT_MS);
  expect(promptLeft(NOW, NOW - 900)).toBe(PROMPT_MS);
  expect(promptLeft(NOW, NOW + PROMPT_MS + 1)).toBe(0);
});

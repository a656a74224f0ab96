/** When a payer may be asked, and how a session stands, whatever became of its tries. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  MOST_TRIES,
  nextStep,
  sessionOfPayment,
  standing,
  tryId,
  tryIds,
} from "../../../functions/domain/checkout-session.ts";
import type { CheckoutSession } from "../../../functions/domain/checkout-session.ts";
import { isPaymentId } from "../../../functions/domain/ids.ts";
import { shillings } from "../../../functions/domain/money.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import { newPayment } from "../../laws/arbitraries.ts";
import { PAYMENT_STATES } from "../../../functions/domain/payment-states.ts";
import type { PaymentState } from "../../../functions/domain/payment-states.ts";

const NOW = Date.UTC(2026, 10, 22, 9);

const session = (tries: number, expiresAt = NOW + 1): CheckoutSession => ({
  id: "cks_4k9qdz1n7ah0xv3rw8gtb2jcf5",
  storefront: "shop",
  merchantName: "Duka",
  amount: shillings(1500),
  reference: "INV-1001",
  description: null,
  metadata: {},
  successUrl: null,
  fingerprint: "ab",
  openedBy: "key:key_a",
  createdAt: NOW - 1_000,
  expiresAt,
  tries,
});

const inState = (state: PaymentState, index: number): Payment => ({ id: `pay_${index}`, state }) as Payment;
const lives = (...states: readonly (PaymentState | null)[]) =>
  states.map((state, index) => (state === null ? null : inState(state, index)));
const step = (...states: readonly (PaymentState | null)[]) => nextStep(session(states.length), lives(...states), NOW);

test("the first press asks, as the first try", () => {
  expect(step()).toEqual({ step: "ask", number: 1, counted: false });
});

test("after a failure the next try asks", () => {
  expect(step("failed", "failed")).toEqual({ step: "ask", number: 3, counted: false });
});

test("a try that was counted and never came onto the ledger is taken up, not counted again", () => {
  expect(step("failed", null)).toEqual({ step: "ask", number: 2, counted: true });
  expect(step("failed", "failed", null)).toEqual({ step: "ask", number: 3, counted: true });
});

test.each(["initiated", "pending", "uncertain", "succeeded", "reversed"] as const)(
  "while a try is %s nobody is asked, not even when a later one failed",
  (state) => {
    expect(step(state)).toEqual({ step: "show" });
    expect(step(state, "failed")).toEqual({ step: "show" });
    expect(step("failed", state)).toEqual({ step: "show" });
  },
);

test("the last try is the twentieth", () => {
  const failed = Array.from({ length: MOST_TRIES }, () => "failed" as const);
  expect(step(...failed.slice(1))).toMatchObject({ step: "ask", number: MOST_TRIES });
  expect(step(...failed)).toEqual({ step: "refuse", because: "exhausted" });
});

describe("when its time is over", () => {
  const over = (...states: readonly (PaymentState | null)[]) => {
    const ended = session(states.length, NOW);
    return [standing(ended, lives(...states), NOW), nextStep(ended, lives(...states), NOW).step] as const;
  };
  it("asks nobody any more", () => {
    for (const states of [[], ["failed"], [null]] as const)
      expect(over(...states)).toMatchObject([{ status: "expired" }, "refuse"]);
  });
  it("waits for the try that is open", () => {
    expect(over("pending")).toMatchObject([{ status: "open", payment: { state: "pending" } }, "show"]);
  });
  it("is complete when the money came after all", () => {
    expect(over("succeeded", "failed")).toMatchObject([{ status: "complete", payment: { id: "pay_0" } }, "show"]);
  });
});

const states = fc.array(fc.option(fc.constantFrom(...PAYMENT_STATES), { nil: null }), { maxLength: MOST_TRIES });

it("never asks while money may still come or has come, and calls nothing complete that was not paid", () => {
  fc.assert(
    fc.property(states, fc.boolean(), (each, isOver) => {
      const known = session(each.length, isOver ? NOW : NOW + 1);
      const { status } = standing(known, lives(...each), NOW);
      const next = nextStep(known, lives(...each), NOW);
      const alive = each.filter((state) => state !== null).filter((state) => state !== "failed");
      const paid = alive.filter((state) => ["succeeded", "reversed", "merged"].includes(state));
      expect(next.step === "show").toBe(alive.length > 0);
      expect(status === "complete").toBe(paid.length > 0);
      if (next.step === "ask") expect(isOver).toBe(false);
    }),
  );
});

test("each try has a payment of its own, and always the same one", () => {
  const ids = tryIds(session(MOST_TRIES));
  expect(new Set(ids).size).toBe(MOST_TRIES);
  expect(ids.every(isPaymentId)).toBe(true);
  expect(ids[4]).toBe(tryId(session(0), 5));
  expect(tryId({ ...session(0), storefront: "other" }, 5)).not.toBe(ids[4]);
});

describe("the payment that a session stands for", () => {
  const told = (...states: readonly (PaymentState | null)[]) =>
    standing(session(states.length), lives(...states), NOW).payment?.id ?? null;

  it("is the first that was paid, else the latest that is open, else the latest of all", () => {
    expect(told("succeeded", "pending", "reversed")).toBe("pay_0");
    expect(told("pending", "uncertain", "failed")).toBe("pay_1");
    expect(told("failed", "failed", "failed", null)).toBe("pay_2");
    expect(told(null)).toBeNull();
    expect(told()).toBeNull();
  });

  it("is shown under its own name where it had no session, in one try that is over", () => {
    const payment = { ...newPayment(), createdAt: NOW, description: "Order 1001" };
    expect(sessionOfPayment(payment, "Duka")).toEqual({
      id: payment.id,
      storefront: payment.storefront,
      merchantName: "Duka",
      amount: payment.amount,
      reference: payment.reference,
      description: "Order 1001",
      metadata: payment.metadata,
      successUrl: null,
      fingerprint: payment.fingerprint,
      openedBy: payment.storefront,
      createdAt: NOW,
      expiresAt: NOW,
      tries: 1,
    });
  });
});

test("nobody is asked as a try that nobody counted", () => {
  expect(nextStep(session(0), [null], NOW)).toEqual({ step: "ask", number: 1, counted: false });
});

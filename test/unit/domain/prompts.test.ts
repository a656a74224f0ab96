import { describe, expect, it } from "vitest";
import type { PaymentState } from "../../../functions/domain/payment-states.ts";
import {
  DEFAULT_PROMPT_LIMITS as limits,
  decidePrompt,
  needsStates,
  PromptLimits,
  PROMPTS_KEPT,
  QUIET_MS,
  quietMs,
} from "../../../functions/domain/prompts.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = 1_800_000_000_000;

/** A phone whose prompts were sent this long ago, oldest first, and ended so. */
const phone = (...past: [agoMs: number, state: PaymentState][]) => ({
  guard: {
    prompts: past.map(([agoMs], index) => ({ paymentId: `pay_${index}`, at: NOW - agoMs })),
    version: past.length,
  },
  states: new Map(past.map(([, state], index) => [`pay_${index}`, state])),
});
const ask = (about: ReturnType<typeof phone>, paymentId = "pay_new") =>
  decidePrompt({ ...about, paymentId, now: NOW, limits });

describe("a phone", () => {
  it("that was never asked may be asked", () => {
    const verdict = decidePrompt({ guard: null, states: new Map(), paymentId: "pay_new", now: NOW, limits });
    expect(verdict).toEqual({ allow: true, next: [{ paymentId: "pay_new", at: NOW }] });
  });

  it.each<PaymentState>(["initiated", "pending", "uncertain"])("is left alone while a prompt is %s", (state) => {
    const verdict = ask(phone([30_000, state]));
    expect(verdict).toEqual({ allow: false, because: "payment_in_progress", paymentId: "pay_0" });
  });

  it("may be asked again as soon as the prompt before it has ended", () => {
    expect(ask(phone([1_000, "failed"]))).toMatchObject({ allow: true });
    expect(ask(phone([1_000, "succeeded"]))).toMatchObject({ allow: true });
  });

  it("may be asked again when an open payment is too old for its prompt to be on the screen", () => {
    expect(ask(phone([limits.promptOpenMs - 1, "uncertain"]))).toMatchObject({ allow: false });
    expect(ask(phone([limits.promptOpenMs, "uncertain"]))).toMatchObject({ allow: true });
  });

  it("gets three prompts in five minutes, paid or not, and the fourth when the first is five minutes old", () => {
    const verdict = ask(phone([4 * MINUTE, "succeeded"], [3 * MINUTE, "failed"], [2 * MINUTE, "succeeded"]));
    expect(verdict).toEqual({ allow: false, because: "too_many_prompts", retryAt: NOW + MINUTE });
    expect(ask(phone([5 * MINUTE, "succeeded"], [3 * MINUTE, "failed"], [2 * MINUTE, "failed"]))).toMatchObject({
      allow: true,
    });
  });

  it("rests after five uncompleted prompts in a row until the oldest is a day old", () => {
    const failed: [number, PaymentState][] = [23, 20, 15, 10, 5].map((hours) => [hours * HOUR, "failed"]);
    expect(ask(phone(...failed))).toEqual({ allow: false, because: "too_many_uncompleted", retryAt: NOW + HOUR });
    failed[0] = [24 * HOUR, "failed"];
    expect(ask(phone(...failed))).toMatchObject({ allow: true });
  });

  it.each<PaymentState>(["succeeded", "reversed"])("is forgiven by one payment that was %s", (state) => {
    const past: [number, PaymentState][] = [23, 20, 15, 10, 5].map((hours) => [hours * HOUR, "failed"]);
    past[2] = [15 * HOUR, state];
    expect(ask(phone(...past))).toMatchObject({ allow: true });
  });

  it("counts a payment that nobody can find as open", () => {
    const { guard } = phone([1_000, "failed"]);
    expect(ask({ guard, states: new Map() })).toMatchObject({ because: "payment_in_progress" });
  });
});

it("a payment never stands in its own way, however full the guard is", () => {
  const about = phone([3_000, "pending"], [2_000, "pending"], [1_000, "pending"]);
  expect(ask(about, "pay_1")).toEqual({ allow: true, next: about.guard.prompts });
});

it("the guard forgets what no limit looks at any more", () => {
  const verdict = ask(phone([QUIET_MS, "failed"], [QUIET_MS - 1, "failed"]));
  expect(verdict).toMatchObject({ allow: true, next: [{ paymentId: "pay_1" }, { paymentId: "pay_new" }] });
});

describe("the states that a decision needs", () => {
  it("are none for a quiet phone", () => {
    expect(needsStates(null, NOW, limits)).toEqual([]);
    expect(needsStates(phone([3 * MINUTE, "failed"]).guard, NOW, limits)).toEqual([]);
  });

  it("are the young prompts' and a whole row's", () => {
    expect(needsStates(phone([3 * MINUTE, "failed"], [MINUTE, "failed"]).guard, NOW, limits)).toEqual(["pay_1"]);
    const row = [6, 5, 4, 3, 2, 1].map((hours): [number, PaymentState] => [hours * HOUR, "failed"]);
    expect(needsStates(phone(...row).guard, NOW, limits)).toEqual(["pay_1", "pay_2", "pay_3", "pay_4", "pay_5"]);
  });

  it("are never more than a guard may keep", () => {
    const many = phone(...Array.from({ length: PROMPTS_KEPT + 2 }, (): [number, PaymentState] => [1_000, "pending"]));
    expect(needsStates(many.guard, NOW, limits)).toHaveLength(PROMPTS_KEPT);
  });
});

it("a phone is quiet after the longest of the limits' times", () => {
  expect(QUIET_MS).toBe(24 * HOUR);
  expect(quietMs({ ...limits, uncompletedWindowMs: 1, windowMs: 2, promptOpenMs: 3 })).toBe(3);
});

it("limits that no guard could hold are refused", () => {
  expect(PromptLimits.safeParse(limits).success).toBe(true);
  expect(PromptLimits.safeParse({ ...limits, perWindow: PROMPTS_KEPT + 1 }).success).toBe(false);
  expect(PromptLimits.safeParse({ ...limits, uncompletedInRow: 0 }).success).toBe(false);
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { PAYMENT_STATES } from "../../functions/domain/payment-states.ts";
import { decidePrompt, DEFAULT_PROMPT_LIMITS, needsStates } from "../../functions/domain/prompts.ts";
import type { PromptLimits, PromptQuestion, PromptRecord } from "../../functions/domain/prompts.ts";

const NOW = 1_800_000_000_000;

const limits: fc.Arbitrary<PromptLimits> = fc.oneof(
  fc.constant(DEFAULT_PROMPT_LIMITS),
  fc.record({
    perWindow: fc.integer({ min: 1, max: 6 }),
    windowMs: fc.integer({ min: 1, max: 600_000 }),
    uncompletedInRow: fc.integer({ min: 1, max: 8 }),
    uncompletedWindowMs: fc.integer({ min: 1, max: 600_000 }),
    promptOpenMs: fc.integer({ min: 1, max: 300_000 }),
  }),
);

const questions: fc.Arbitrary<PromptQuestion> = fc
  .tuple(
    limits,
    fc.array(fc.tuple(fc.integer({ min: 0, max: 900_000 }), fc.constantFrom(...PAYMENT_STATES)), { maxLength: 12 }),
    fc.boolean(),
  )
  .map(([limits, past, replayed]) => {
    const ages = past.map(([age]) => age).sort((a, b) => b - a);
    const prompts: PromptRecord[] = ages.map((age, index) => ({ paymentId: `pay_${index}`, at: NOW - age }));
    const states = new Map(past.map(([, state], index) => [`pay_${index}`, state]));
    const paymentId = replayed && past.length > 0 ? "pay_0" : "pay_new";
    return { guard: { prompts, version: 1 }, states, paymentId, now: NOW, limits };
  });

const law = (holds: (question: PromptQuestion) => void): void =>
  fc.assert(fc.property(questions, holds), { numRuns: 3_000 });

it("the states that are asked for are all that a decision depends on", () => {
  law((question) => {
    const needed = needsStates(question.guard, question.now, question.limits);
    const states = new Map([...question.states].filter(([id]) => needed.includes(id)));
    expect(decidePrompt({ ...question, states })).toEqual(decidePrompt(question));
  });
});

it("an allowed prompt is in the guard, once, and the guard stays as small as the limits", () => {
  law((question) => {
    const verdict = decidePrompt(question);
    if (!verdict.allow) return;
    expect(verdict.next.filter((record) => record.paymentId === question.paymentId)).toHaveLength(1);
    if (question.paymentId === "pay_new")
      expect(verdict.next.length).toBeLessThanOrEqual(
        Math.max(question.limits.perWindow, question.limits.uncompletedInRow),
      );
  });
});

it("deciding again about the same payment allows it again and changes nothing", () => {
  law((question) => {
    const verdict = decidePrompt(question);
    if (!verdict.allow) return;
    const again = decidePrompt({ ...question, guard: { prompts: verdict.next, version: 2 } });
    expect(again).toEqual({ allow: true, next: verdict.next });
  });
});

it("what a smaller guard forgot never changes a decision", () => {
  law((question) => {
    const prompts = question.guard?.prompts ?? [];
    const most = Math.max(question.limits.perWindow, question.limits.uncompletedInRow);
    const ringing = decidePrompt(question);
    if (!ringing.allow && ringing.because === "payment_in_progress") return;
    if (prompts.some((record) => record.paymentId === question.paymentId)) return;
    const kept = { prompts: prompts.slice(-most), version: 1 };
    const verdict = decidePrompt({ ...question, guard: kept });
    expect(verdict.allow).toBe(ringing.allow);
  });
});

it("a refusal ends when it says: at that time the same limit no longer refuses", () => {
  law((question) => {
    const verdict = decidePrompt(question);
    if (verdict.allow || verdict.because === "payment_in_progress") return;
    expect(verdict.retryAt).toBeGreaterThan(question.now);
    const later = decidePrompt({ ...question, now: verdict.retryAt });
    expect(later.allow || later.because !== verdict.because).toBe(true);
  });
});

it("no phone is ever rung more often than the limits allow", () => {
  const life = fc.array(fc.tuple(fc.integer({ min: 1, max: 400_000 }), fc.constantFrom("failed", "succeeded")), {
    minLength: 20,
    maxLength: 60,
  });
  fc.assert(
    fc.property(life, (steps) => {
      const { perWindow, windowMs, uncompletedInRow, uncompletedWindowMs } = DEFAULT_PROMPT_LIMITS;
      const rung: { at: number; state: string }[] = [];
      const states = new Map<string, "failed" | "succeeded">();
      let prompts: readonly PromptRecord[] = [];
      let now = NOW;
      for (const [gap, state] of steps) {
        now += gap;
        const paymentId = `pay_${now}`;
        const guard = { prompts, version: 1 };
        const verdict = decidePrompt({ guard, states, paymentId, now, limits: DEFAULT_PROMPT_LIMITS });
        if (!verdict.allow) continue;
        prompts = verdict.next;
        states.set(paymentId, state);
        rung.push({ at: now, state });
        const window = rung.filter((one) => now - one.at < windowMs);
        expect(window.length).toBeLessThanOrEqual(perWindow);
        const before = rung.slice(-uncompletedInRow - 1, -1);
        const blocked =
          before.length === uncompletedInRow &&
          before.every((one) => one.state === "failed" && now - one.at < uncompletedWindowMs);
        expect(blocked).toBe(false);
      }
    }),
    { numRuns: 300 },
  );
});

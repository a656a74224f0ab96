import fc from "fast-check";
import { expect, it } from "vitest";
import { assume, decide, HISTORY_LIMIT } from "../../functions/domain/decide.ts";
import type { Assumption } from "../../functions/domain/decide.ts";
import { verifyChain } from "../../functions/domain/history.ts";
import { EXCEPTION_KINDS, OPEN_STATES, PAYMENT_MOVES, PAYMENT_STATES } from "../../functions/domain/payment-states.ts";
import type { Payment, Weighed } from "../../functions/domain/payment.ts";
import { hear, newPayment, payments, weighed } from "./arbitraries.ts";

const RUNS = { numRuns: 1_500 };
const law = (holds: (payment: Payment, about: Weighed) => void): void =>
  fc.assert(fc.property(payments, weighed, holds), RUNS);

const isOpen = (payment: Payment): boolean => OPEN_STATES.some((open) => open === payment.state);

it("the generated lives reach every state, disputed and not, so the laws below are not empty", () => {
  const seen = new Set(
    fc.sample(payments, 3_000).map((payment) => `${payment.state}${payment.disputed ? " disputed" : ""}`),
  );
  for (const state of PAYMENT_STATES) expect(seen).toContain(state);
  for (const state of [...OPEN_STATES, "failed"]) expect(seen).toContain(`${state} disputed`);
});

it("every payment and every evidence have an answer, and each move is in the table", () => {
  law((payment, about) => {
    const decision = decide(payment, about);
    if (decision.decision === "move") expect(PAYMENT_MOVES[payment.state]).toContain(decision.to);
  });
});

it("money that moved is never unsaid", () => {
  law((payment, about) => {
    if (payment.state !== "succeeded" && payment.state !== "reversed") return;
    const next = hear(payment, about);
    expect(next.state).toBe(payment.state);
    if (payment.receipt !== null) expect(next.receipt).toBe(payment.receipt);
  });
});

it("an ended payment stays as it ended, except that late money is believed and shown to a person", () => {
  law((payment, about) => {
    const decision = decide(payment, about);
    if (isOpen(payment) || decision.decision !== "move") return;
    expect(payment.state).toBe("failed");
    expect(decision).toMatchObject({ to: "succeeded", exception: "late_success" });
    expect(about.evidence.finding).toBe("paid");
  });
});

it("only proof that money moved credits a payment, and its amount, phone and push agree with the intent", () => {
  law((payment, about) => {
    const decision = decide(payment, about);
    if (decision.decision !== "move" || decision.to !== "succeeded") return;
    const { evidence, phoneHash } = about;
    if (evidence.finding !== "paid") throw new Error("credited without proof");
    expect([null, payment.amount]).toContain(evidence.amount);
    expect([null, payment.phoneHash]).toContain(phoneHash);
    if (evidence.push && payment.push) expect(evidence.push.checkoutId).toBe(payment.push.checkoutId);
    if (evidence.source === "callback") expect(evidence.amount).toBe(payment.amount);
  });
});

it("a contradiction keeps all that names no amount from crediting the payment, whatever comes in between", () => {
  fc.assert(
    fc.property(payments, fc.array(weighed, { maxLength: 8 }), (payment, life) => {
      let now = payment;
      for (const about of life) {
        const next = hear(now, about);
        if (now.disputed && next.state === "succeeded")
          expect(about.evidence).toMatchObject({ finding: "paid", amount: payment.amount });
        now = next;
      }
    }),
    RUNS,
  );
});

it("paid evidence that names another amount credits nothing and leaves an exception, even in a full history", () => {
  law((payment, about) => {
    const { evidence } = about;
    if (evidence.finding !== "paid" || evidence.amount === null || evidence.amount === payment.amount) return;
    const full = { ...payment, history: Array.from({ length: HISTORY_LIMIT }, () => payment.history[0]!) };
    for (const before of [newPayment(), payment, full]) {
      const after = hear(before, about);
      expect(after.state).toBe(before.state);
      if (after === before) continue;
      expect(after.history.at(-1)?.exception).toBe("amount_mismatch");
      if (isOpen(before) || before.state === "failed") expect(after.disputed).toBe(true);
    }
  });
});

it("the same evidence again changes nothing", () => {
  law((payment, about) => {
    const once = hear(payment, about);
    expect(decide(once, about).decision).toBe("ignore");
    expect(hear(once, about)).toBe(once);
  });
});

const holds = (assumption: Assumption, payment: Payment): boolean =>
  assumption.states.includes(payment.state) &&
  (assumption.amount === null || assumption.amount === payment.amount) &&
  (assumption.phoneHash === null || assumption.phoneHash === payment.phoneHash) &&
  (assumption.checkoutId === null || payment.push === null || payment.push.checkoutId === assumption.checkoutId) &&
  (!assumption.pushUnknown || payment.push === null) &&
  (!assumption.undisputed || !payment.disputed);

it("what is written unread is what would have been decided, wherever the assumption holds", () => {
  let held = 0;
  law((payment, about) => {
    const assumption = assume(about);
    if (!assumption || !holds(assumption, payment)) return;
    const heard = payment.history.some((e) => e.rawHash !== null && e.rawHash === about.rawHash);
    if (heard) return;
    held += 1;
    expect(decide(payment, about)).toEqual(assumption.decision);
  });
  expect(held).toBeGreaterThan(100);
});

it("for a payment that was just created the assumption holds for all evidence that moves it", () => {
  fc.assert(
    fc.property(weighed, (about) => {
      const decision = decide(newPayment(), about);
      if (decision.decision !== "move" || about.evidence.finding === "overdue") return;
      expect(holds(assume(about)!, newPayment())).toBe(true);
    }),
    RUNS,
  );
});

it("a history never grows past its limit by more than its moves, facts and first exceptions", () => {
  const most = HISTORY_LIMIT + 4 + 3 + EXCEPTION_KINDS.length;
  fc.assert(
    fc.property(fc.array(weighed, { minLength: 150, maxLength: 200 }), (life) => {
      const payment = life.reduce((now, about) => hear(now, about), newPayment());
      expect(payment.history.length).toBeLessThanOrEqual(most);
    }),
    { numRuns: 100 },
  );
});

it("a life, whatever it holds, leaves a chain that verifies and a version for each entry", () => {
  fc.assert(
    fc.property(payments, (payment) => {
      const head = payment.history.at(-1)!.digest;
      expect(verifyChain(payment.id, payment.history, head)).toEqual({ intact: true });
      expect(payment.version).toBe(payment.history.length);
    }),
    RUNS,
  );
});

it("nothing is left to ask about a payment that has ended", () => {
  fc.assert(
    fc.property(payments, (payment) => {
      if (!isOpen(payment)) expect(payment.check).toBeNull();
    }),
    RUNS,
  );
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { decideRefund } from "../../functions/domain/decide-refund.ts";
import { HISTORY_LIMIT } from "../../functions/domain/decide.ts";
import { verifyChain } from "../../functions/domain/history.ts";
import { EXCEPTION_KINDS } from "../../functions/domain/payment-states.ts";
import { isOpen, isUnsent } from "../../functions/domain/refund-rules.ts";
import { refundsOf } from "../../functions/domain/refund-share.ts";
import { REFUND_MOVES, REFUND_STATES } from "../../functions/domain/refund-states.ts";
import { MOST_REFUNDS } from "../../functions/domain/refund.ts";
import type { Refund } from "../../functions/domain/refund.ts";
import { lived, lives, next, paid, weighed } from "./refund-arbitraries.ts";
import type { Books, Happening } from "./refund-arbitraries.ts";

const RUNS = { numRuns: 2_000 };

/** `holds` after every single happening of every life. */
const always = (holds: (now: Books, before: Books, happening: Happening) => void): void =>
  fc.assert(
    fc.property(lives, fc.constantFrom(0, 50), (life, cents) => {
      let now = paid(cents);
      for (const happening of life) {
        const after = next(now, happening);
        holds(after, now, happening);
        now = after;
      }
    }),
    RUNS,
  );

const sum = (refunds: readonly Refund[], which: (refund: Refund) => boolean): number =>
  refunds.filter(which).reduce((cents, { amount }) => cents + amount, 0);

/** One whose money went back after it had been taken for failed. */
const cameLate = ({ history }: Refund): boolean => history.some(({ exception }) => exception === "late_success");

it("the generated lives reach every state, and make payments that were given back in parts", () => {
  const books = fc.sample(lives, 3_000).map((life) => lived(life));
  const states = books.flatMap(({ refunds }) => refunds.map(({ state }) => state));
  expect(new Set(states)).toEqual(new Set(REFUND_STATES));
  expect(books.some(({ payment }) => payment.state === "reversed")).toBe(true);
  expect(books.some(({ refunds }) => refunds.filter(({ state }) => state === "succeeded").length > 1)).toBe(true);
  expect(books.some(({ refunds }) => refunds.some(cameLate))).toBe(true);
});

it("what went back and what is reserved are together never more than was paid", () => {
  always(({ payment }) => {
    expect(payment.refunded).toBeGreaterThanOrEqual(0);
    expect(payment.refunding).toBeGreaterThanOrEqual(0);
    expect(payment.refunded + payment.refunding).toBeLessThanOrEqual(payment.amount);
  });
});

it("a payment reserves exactly what its open refunds may still give back", () => {
  always(({ payment, refunds }) => {
    expect(payment.refunding).toBe(sum(refunds, ({ state }) => isOpen(state)));
  });
});

it("what a payment calls given back is what its refunds gave back, late money as far as there is room", () => {
  always(({ payment, refunds }) => {
    const gone = sum(refunds, ({ state }) => state === "succeeded");
    if (refunds.some(cameLate)) expect(payment.refunded).toBeLessThanOrEqual(gone);
    else expect(payment.refunded).toBe(gone);
  });
});

it("a payment is reversed exactly when all of it is known to have gone back", () => {
  always(({ payment }) => {
    expect(payment.state).toBe(payment.refunded === payment.amount ? "reversed" : "succeeded");
  });
});

it("every refund and every evidence have an answer, each move is in the table, and money that went back stays so", () => {
  always((now, before) => {
    for (const [index, { state, receipt }] of before.refunds.entries()) {
      const after = now.refunds[index]!;
      if (after.state !== state) expect(REFUND_MOVES[state]).toContain(after.state);
      if (state === "succeeded") expect(after.state).toBe("succeeded");
      if (receipt !== null) expect(after.receipt).toBe(receipt);
    }
  });
});

/** What shows that M-PESA may hold a refund: an acceptance, a lost answer, or any word that came to its address. */
const SHOWS_HELD = new Set(["accepted", "unknown", "untold", "unverified", "unreadable"]);

it("what M-PESA may hold is never free to be sent again", () => {
  always((now, before, happening) => {
    if (happening.happens === "asked" || before.refunds.length === 0) return;
    const index = happening.of % before.refunds.length;
    const [was, is] = [before.refunds[index]!, now.refunds[index]!];
    const held = was !== is && SHOWS_HELD.has(happening.finding.finding);
    if (held || (was.doubt && isOpen(was.state))) expect(isUnsent(is)).toBe(false);
    if (happening.finding.finding !== "claimed" || was === is) return;
    expect(isUnsent(was)).toBe(true);
    expect(is.attempts).toBe(was.attempts + 1);
  });
});

it("M-PESA's 'reversed before' settles a refund only where no other can be meant", () => {
  always((now, before, happening) => {
    if (happening.happens === "asked" || happening.finding.finding !== "already_reversed") return;
    const index = happening.of % Math.max(1, before.refunds.length);
    const [was, is] = [before.refunds[index], now.refunds[index]];
    if (was === undefined || is === undefined || was.state === is.state || is.state !== "succeeded") return;
    expect(was.amount).toBe(before.payment.amount);
    expect(before.payment.refunded).toBe(0);
  });
});

it("nobody fails a refund because nobody answered: overdue fails only what never left", () => {
  always((now, before, happening) => {
    if (happening.happens === "asked" || happening.finding.finding !== "overdue") return;
    const index = happening.of % Math.max(1, before.refunds.length);
    const [was, is] = [before.refunds[index], now.refunds[index]];
    if (was !== undefined && is?.state === "failed" && was.state !== "failed") expect(isUnsent(was)).toBe(true);
  });
});

it("the same message twice changes nothing the second time", () => {
  always((now, _before, happening) => {
    if (happening.happens === "asked" || happening.rawHash === null || now.refunds.length === 0) return;
    const refund = now.refunds[happening.of % now.refunds.length]!;
    if (refund.state === "initiated") return;
    expect(decideRefund(refund, weighed(refund, happening), now.payment).decision).toBe("ignore");
  });
});

it("histories are intact and have an end, and the payment's names each refund once", () => {
  always(({ payment, refunds }) => {
    expect(verifyChain(payment.id, payment.history, payment.history.at(-1)?.digest ?? null)).toEqual({ intact: true });
    expect(refundsOf(payment)).toEqual(refunds.map(({ id }) => id));
    expect(refunds.length).toBeLessThanOrEqual(MOST_REFUNDS);
    for (const { id, history } of refunds) {
      expect(verifyChain(id, history, history.at(-1)?.digest ?? null)).toEqual({ intact: true });
      expect(history.length).toBeLessThanOrEqual(HISTORY_LIMIT + 2 * EXCEPTION_KINDS.length);
    }
  });
});

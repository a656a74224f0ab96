/** The ledger against the pure rules: whatever comes in whatever order, the item is what `decide` and `apply` make of it. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { apply } from "../../../functions/domain/apply.ts";
import { sha256Hex } from "../../../functions/domain/canonical-json.ts";
import { decide } from "../../../functions/domain/decide.ts";
import type { Evidence } from "../../../functions/domain/evidence.ts";
import { verifyChain } from "../../../functions/domain/history.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { Msisdn } from "../../../functions/domain/msisdn.ts";
import type { Payment, PaymentIntent, Weighed } from "../../../functions/domain/payment.ts";
import { entryOf } from "../../../functions/store/entry.ts";
import { LedgerBusy } from "../../../functions/store/ledger.ts";
import { LIMITS, NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { accepted, evidence, freshReceipt, intent, paid, paidByQuery, pushOf, unpaid } from "./samples.ts";
import { paymentHistory } from "./steps.ts";

let test: TestLedger;
beforeAll(async () => {
  test = await startLedger();
});
afterAll(() => test.close());

type Say = (asked: PaymentIntent, receipt: string) => Evidence;

const other = { checkoutId: "ws_CO_another", merchantId: "another" };
const failure = { code: "rate_limited", resultCode: null, resultDesc: null } as const;

/** Everything that can be said, agreeing with the intent or not. */
const SAYINGS: readonly Say[] = [
  (asked) => accepted(asked),
  () => evidence({ finding: "accepted", push: other }, { source: "submit", raw: "other push" }),
  () => evidence({ finding: "refused", failure }, { source: "submit", raw: "refused" }),
  () => evidence({ finding: "unknown", because: "timeout" }, { source: "submit" }),
  (asked, receipt) => paid(asked, receipt),
  (asked, receipt) => ({ ...paid(asked, `${receipt}B`), raw: "another receipt" }),
  (asked, receipt) => ({ ...paid(asked, receipt), amount: shillings(7), raw: "wrong amount" }) as Evidence,
  (asked, receipt) =>
    ({ ...paid(asked, receipt), phone: Msisdn.parse("254799999999"), raw: "wrong phone" }) as Evidence,
  (asked, receipt) => ({ ...paid(asked, receipt), push: other, raw: "wrong push" }) as Evidence,
  (asked, receipt) => ({ ...paid(asked, receipt), push: null, source: "c2b", raw: "c2b" }) as Evidence,
  () => paidByQuery(),
  (asked) => unpaid(asked),
  (asked) => ({ ...unpaid(asked, "unclassified"), raw: "unlisted code" }),
  () =>
    evidence(
      { finding: "unpaid", failure: { ...failure, code: "wrong_pin" }, push: null },
      { source: "query", raw: "q" },
    ),
  () => evidence({ finding: "unverified" }, { raw: "foreign" }),
  () => evidence({ finding: "unreadable", because: "not JSON" }, { raw: "<html>" }),
  () => evidence({ finding: "overdue" }, { source: "sweep", by: "sweep" }),
];

const expected = async (payment: Payment, said: Evidence): Promise<Payment> => {
  const phone = said.finding === "paid" ? said.phone : null;
  const weighed: Weighed = {
    evidence: said,
    phoneHash: phone === null ? null : await test.deps.vault.hash(phone),
    rawHash: said.raw === null ? null : sha256Hex(said.raw),
  };
  const decision = decide(payment, weighed);
  if (decision.decision === "ignore") return payment;
  const previous = payment.history.at(-1)?.digest ?? null;
  return apply(payment, decision, { ...entryOf(payment.id, weighed, decision), previous });
};

it(
  "keeps exactly what the rules make of any evidence in any order, and an intact chain",
  { timeout: 60_000 },
  async () => {
    const order = fc.array(fc.nat(SAYINGS.length - 1), { minLength: 1, maxLength: 7 });
    await fc.assert(
      fc.asyncProperty(order, async (says) => {
        const asked = intent();
        const receipt = freshReceipt();
        const outcome = await test.ledger.open(asked, LIMITS);
        if (!("payment" in outcome)) throw new Error("a fresh phone is never refused");
        let model = outcome.payment;
        for (const [step, index] of says.entries()) {
          const said: Evidence = { ...SAYINGS[index]!(asked, receipt), at: NOW + step };
          const next = await expected(model, said);
          const recorded = await test.ledger.record(asked.id, said);
          expect(recorded.recorded).toBe(next === model ? "unchanged" : "changed");
          if (recorded.recorded !== "unknown_transaction" && recorded.payment) expect(recorded.payment).toEqual(next);
          expect(await test.ledger.read(asked.id)).toEqual(next);
          model = next;
        }
        const history = await test.ledger.history(asked.id);
        expect(verifyChain(asked.id, model.history, history!.head)).toEqual({ intact: true });
        expect(
          model.push === null || [pushOf(asked).checkoutId, other.checkoutId].includes(model.push.checkoutId),
        ).toBe(true);
      }),
      { numRuns: 60 },
    );
  },
);

/** As callers do: a busy ledger has written nothing, so the same evidence is brought again. */
const bring = async (id: string, said: Evidence): Promise<void> => {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    try {
      await test.ledger.record(id, said);
      return;
    } catch (fault) {
      if (!(fault instanceof LedgerBusy)) throw fault;
    }
  }
  throw new Error("the ledger stays busy");
};

it("credits at most once, and never the wrong amount, when all evidence races", { timeout: 60_000 }, async () => {
  const order = fc.array(fc.nat(SAYINGS.length - 1), { minLength: 2, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(order, async (says) => {
      const asked = intent();
      const receipt = freshReceipt();
      await test.ledger.open(asked, LIMITS);
      await Promise.all(says.map((index) => bring(asked.id, SAYINGS[index]!(asked, receipt))));
      const { payment, head } = await paymentHistory(test, asked.id);
      expect(payment.history.filter((entry) => entry.to === "succeeded").length).toBeLessThanOrEqual(1);
      expect(payment.version).toBe(payment.history.length);
      expect(verifyChain(asked.id, payment.history, head)).toEqual({ intact: true });
      const paidEntry = payment.history.find((entry) => entry.to === "succeeded");
      expect([undefined, asked.amount]).toContain(paidEntry?.facts["amount_cents"]);
    }),
    { numRuns: 25 },
  );
});

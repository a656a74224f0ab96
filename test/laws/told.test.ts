/** Which payment a told one is, and whose: laws of the two choices that nothing else checks. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Cents } from "../../functions/domain/money.ts";
import { chooseTwin, mayBeTwin } from "../../functions/domain/paybill-twin.ts";
import type { Candidate } from "../../functions/domain/paybill-twin.ts";
import { paybillId } from "../../functions/domain/paybill.ts";
import { readPayerPhone } from "../../functions/domain/payer-phone.ts";
import { PAYMENT_STATES } from "../../functions/domain/payment-states.ts";
import { ownerOfShortcode, routeReference } from "../../functions/domain/routing.ts";
import type { RoutedStorefront } from "../../functions/domain/routing.ts";
import type { ToldPayment } from "../../functions/domain/told-payment.ts";
import { newPayment } from "./arbitraries.ts";

const AT = 1_700_000_100_000;
const HOUR_MS = 3_600_000;

const told: fc.Arbitrary<ToldPayment> = fc
  .record({
    reference: fc.constantFrom("INV-1", " inv-1", "INV-2", "", "  "),
    amount: fc.constantFrom(100, 200),
    phone: fc.constantFrom("2547 ***** 126", "254712345126", "ab".repeat(32), "no number", ""),
    paidAt: fc.constantFrom(null, AT - 20 * 60_000, AT),
  })
  .map(({ phone, amount, ...rest }) => ({
    ...{
      source: "c2b",
      receipt: "TKL0000001",
      shortcode: "174379",
      at: AT,
      by: "safaricom",
      requestId: "r",
      raw: null,
    },
    ...{ amount: Cents.parse(amount), payer: { phone: readPayerPhone(phone), name: null } },
    ...rest,
  }));

const candidate: fc.Arbitrary<Candidate> = fc
  .record({
    id: fc.nat({ max: 1_000_000 }),
    state: fc.constantFrom(...PAYMENT_STATES),
    source: fc.constantFrom("stk", "stk", "stk", "paybill"),
    shortcode: fc.constantFrom("174379", "174379", "600000"),
    amount: fc.constantFrom(100, 200),
    reference: fc.constantFrom("INV-1", "inv-1 ", "INV-2"),
    receipt: fc.constantFrom(null, null, "TKL0000009"),
    ageHours: fc.constantFrom(-1, 0, 0.1, 1, 49),
    agrees: fc.constantFrom("yes", "maybe", "no"),
  })
  .map(({ id, amount, ageHours, agrees, ...rest }) => ({
    payment: {
      ...newPayment(),
      ...rest,
      ...{ id: `pay_${id}`, amount: Cents.parse(amount), createdAt: AT - ageHours * HOUR_MS },
    },
    agrees,
  }));

const candidates = fc.uniqueArray(candidate, { maxLength: 6, selector: ({ payment }) => payment.id });

test("what is chosen contradicts nothing that was told", () => {
  let chosen = 0;
  fc.assert(
    fc.property(told, candidates, (payment, among) => {
      const twin = chooseTwin(payment, among);
      if (twin.twin !== "one") return;
      chosen += 1;
      const { payment: found, agrees } = among.find((one) => one.payment.id === twin.payment.id)!;
      expect(mayBeTwin(payment, found)).toBe(true);
      expect(agrees).not.toBe("no");
      expect(found).toMatchObject({ source: "stk", amount: payment.amount, shortcode: payment.shortcode });
      expect(found.state === "succeeded" ? found.receipt : null).toBeNull();
      if (payment.reference.trim() === "" && found.state !== "succeeded") expect(agrees).toBe("yes");
    }),
    { numRuns: 2_000 },
  );
  expect(chosen).toBeGreaterThan(50);
});

test("the order in which payments are found changes nothing", () => {
  fc.assert(
    fc.property(told, candidates, fc.infiniteStream(fc.nat()), (payment, among, keys) => {
      const shuffled = among.map((one) => [keys.next().value, one] as const).toSorted(([a], [b]) => a - b);
      expect(
        chooseTwin(
          payment,
          shuffled.map(([, one]) => one),
        ),
      ).toEqual(chooseTwin(payment, among));
    }),
  );
});

test("of two that are alike none is chosen, unless a phone tells them apart", () => {
  let ambiguous = 0;
  fc.assert(
    fc.property(told, candidate, (payment, one) => {
      const other = { ...one, payment: { ...one.payment, id: "pay_other" } };
      const alone = chooseTwin(payment, [one]);
      expect(chooseTwin(payment, [one, other]).twin).toBe(alone.twin === "one" ? "many" : "none");
      if (alone.twin !== "one" || one.agrees !== "yes") return;
      ambiguous += 1;
      const maybe: Candidate = { ...other, agrees: "maybe" };
      expect(chooseTwin(payment, [maybe, one])).toEqual(alone);
    }),
    { numRuns: 3_000 },
  );
  expect(ambiguous).toBeGreaterThan(10);
});

test("the payment behind a receipt has one id, and two receipts or shortcodes have two", () => {
  const named = fc.record({ shortcode: fc.stringMatching(/^\d{5,7}$/), receipt: fc.stringMatching(/^[A-Z0-9]{10}$/) });
  fc.assert(
    fc.property(named, named, (one, other) => {
      const isSame = one.shortcode === other.shortcode && one.receipt === other.receipt;
      expect(paybillId(one) === paybillId(other)).toBe(isSame);
      expect(paybillId({ ...one })).toBe(paybillId(one));
    }),
  );
});

const storefronts: fc.Arbitrary<readonly RoutedStorefront[]> = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom("a", "b", "c", "d"),
    shortcode: fc.constantFrom(null, "174379", "600000"),
    references: fc.uniqueArray(fc.constantFrom("", "I", "INV", "inv", "ORD"), { maxLength: 3 }),
    isDefault: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4, selector: ({ id }) => id },
);

test("every payment has a storefront, and only one whose prefix fits gets it as its own", () => {
  const reference = fc.constantFrom("INV-1", " inv9", "ORDER", "x", "", "I");
  fc.assert(
    fc.property(storefronts, reference, fc.constantFrom("174379", "600000", "999999"), (all, typed, shortcode) => {
      const route = routeReference(all, { shortcode, reference: typed });
      const found = all.find(({ id }) => id === route?.storefront);
      expect(found).toBeDefined();
      if (route?.routing === "unmatched") {
        expect(route.storefront).toBe(ownerOfShortcode(all, shortcode));
        return;
      }
      const fits = (prefix: string) => prefix !== "" && typed.trim().toLowerCase().startsWith(prefix.toLowerCase());
      expect(found!.references.some(fits)).toBe(true);
      expect([null, shortcode]).toContain(found!.shortcode);
      expect(routeReference(all.toReversed(), { shortcode, reference: typed })).toEqual(route);
    }),
  );
});

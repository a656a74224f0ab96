import { describe, expect, test } from "vitest";
import { exploreScope } from "../../exhaustive/live.ts";
import type { Scope } from "../../exhaustive/explore.ts";
import { paymentScope } from "../../exhaustive/payment-scope.ts";
import type { PaymentBug } from "../../exhaustive/payment-scope.ts";
import { PAYMENT_BUGS, PAYOUT_BUGS } from "../../exhaustive/planted.ts";
import { payoutScope } from "../../exhaustive/payout-scope.ts";
import { SMALL_PAYMENTS, SMALL_PAYOUTS } from "../../exhaustive/scopes.ts";

/** The same scope, whose twins are no longer known to be twins. */
const toldApart = (scope: Scope): Scope => ({
  ...scope,
  begin: async () => {
    const life = await scope.begin();
    return { ...life, actors: life.actors.map(({ twin: _, ...actor }) => actor) };
  },
});

/** Fewer would mean that somebody did not act, and that nothing was shown. */
const LEAST_INTERLEAVINGS = 1_000n;

describe("every interleaving of a small scope", () => {
  const all = [...Object.values(SMALL_PAYMENTS), ...Object.values(SMALL_PAYOUTS)];

  test.each(all)("keeps the money right: $what", async ({ scope, faults }) => {
    const { interleavings, broken } = await exploreScope(scope(), { faults });
    expect(broken).toBeNull();
    expect(interleavings).toBeGreaterThan(LEAST_INTERLEAVINGS);
  });
});

describe("what is lived through once for two twins", () => {
  const alone = { callbacks: 0, query: false, sweep: false, payerMayBeLate: false } as const;
  const scopeWith = (bug?: PaymentBug): Scope => paymentScope({ ...alone, starts: 2, hasTwins: true }, bug);
  const faults = { faults: 1, deathsOnly: true } as const;

  const dispatched = { dispatchers: 2, results: 0, timeout: false, sweeps: 0, answers: 0, hasTwins: true } as const;

  test.each([
    ["two starts", scopeWith()],
    ["two dispatchers", payoutScope(dispatched)],
  ])("has as many interleavings as when they are told apart: %s", async (_who, scope) => {
    const [alike, apart] = [await exploreScope(scope, faults), await exploreScope(toldApart(scope), faults)];
    expect(alike.broken ?? apart.broken).toBeNull();
    expect(alike.interleavings).toBe(apart.interleavings);
    expect(alike.states).toBeLessThan(apart.states);
  });

  test("shows a bug as when they are told apart", async () => {
    const scope = scopeWith(PAYMENT_BUGS["opening without its condition"]);
    const [alike, apart] = [await exploreScope(scope, faults), await exploreScope(toldApart(scope), faults)];
    expect(alike.broken?.violations.length).toBeGreaterThan(0);
    expect(alike.broken?.violations).toEqual(apart.broken?.violations);
  });
});

describe("a planted bug is seen in a small scope, with the steps that lead to it", () => {
  const { doubled, asked } = SMALL_PAYMENTS;
  test.each([
    ["blind retry", asked, "the phone was asked twice for one payment"],
    ["opening without its condition", doubled, "did not go on by one version"],
    ["acknowledged before it is kept", asked, "was acknowledged and is kept nowhere"],
    ["in progress taken as failure", asked, "the payment was paid, is failed on the ledger"],
  ] as const)("payment: %s", async (bug, { scope, faults }, violation) => {
    const { broken } = await exploreScope(scope(PAYMENT_BUGS[bug]), { faults });
    expect(broken?.violations.join()).toContain(violation);
    expect(broken?.story.length).toBeGreaterThan(0);
  });

  const sending = SMALL_PAYOUTS.doubled;
  const { told, taken } = SMALL_PAYOUTS;
  test.each([
    ["sent again under another name", sending, "somebody was paid twice"],
    ["a queue timeout taken as failure", told, "the payout was made, is failed"],
    ["a refused repeat taken as failure", taken, "the payout was made, is failed"],
  ] as const)("payout: %s", async (bug, { scope, faults }, violation) => {
    const { broken } = await exploreScope(scope(PAYOUT_BUGS[bug]), { faults });
    expect(broken?.violations.join()).toContain(violation);
    expect(broken?.story.length).toBeGreaterThan(0);
  });
});

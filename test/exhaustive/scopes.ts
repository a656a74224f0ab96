/**
 * The scopes that are explored: small ones in every run of the tests, larger ones by `npm run exhaustive`. Each row says
 * who acts and how many faults one life may have.
 */
import type { Scope } from "./explore.ts";
import type { Faults } from "./machine.ts";
import { paymentScope } from "./payment-scope.ts";
import type { PaymentBug, PaymentCast } from "./payment-scope.ts";
import { payoutScope } from "./payout-scope.ts";
import type { PayoutBug, PayoutCast } from "./payout-scope.ts";

interface Explorable<Bug> extends Faults {
  readonly what: string;
  readonly scope: (bug?: Bug) => Scope;
}

export type PaymentExplorable = Explorable<PaymentBug>;
export type PayoutExplorable = Explorable<PayoutBug>;

const pay: PaymentCast = { starts: 1, callbacks: 1, query: false, sweep: false, payerMayBeLate: false };
const payment = (what: string, faults: number, cast: Partial<PaymentCast>): PaymentExplorable => ({
  what: `payment: ${what}`,
  faults,
  scope: (bug) => paymentScope({ ...pay, ...cast }, bug),
});

const send: PayoutCast = { dispatchers: 0, results: 0, timeout: false, sweeps: 0, answers: 0 };
const payout = (what: string, faults: number, cast: Partial<PayoutCast>): PayoutExplorable => ({
  what: `payout: ${what}`,
  faults,
  scope: (bug) => payoutScope({ ...send, ...cast }, bug),
});

/** One process dies, anywhere; those that could be each other are twins. */
const DEATH = { faults: 1, deathsOnly: true } as const;

const [TAKEN, LOST] = [{ begun: { taken: true } }, { begun: { taken: false } }];

export const SMALL_PAYMENTS = {
  doubled: payment("two starts, two callbacks, a payer who may pay late", 0, {
    ...{ starts: 2, callbacks: 2, payerMayBeLate: true },
  }),
  asked: payment("a start, a callback, a question, one fault", 1, { query: true }),
  swept: payment("a start, a callback, a sweep, one fault", 1, { sweep: true }),
} as const;

export const SMALL_PAYOUTS = {
  doubled: payout("two dispatchers, one fault", 1, { dispatchers: 2 }),
  told: payout("a dispatcher, its result, a queue timeout, one fault", 1, {
    dispatchers: 1,
    results: 1,
    timeout: true,
  }),
  swept: payout("a dispatcher, its result, a sweep", 0, { dispatchers: 1, results: 1, sweeps: 1 }),
  taken: payout("taken unheard: two sweeps that send again", 0, { sweeps: 2, ...TAKEN }),
  lost: payout("lost: two sweeps that send again", 0, { sweeps: 2, ...LOST }),
} as const;

/** Everybody who can meet over one payment, and over one payout. */
const WHOLE = [
  {
    ...payment("twins of starts and callbacks, a question, a sweep, one death", 1, {
      ...{ starts: 2, callbacks: 2, query: true, sweep: true, hasTwins: true },
    }),
    ...DEATH,
  },
  {
    ...payout("twins of dispatchers and results, a queue timeout, one death", 1, {
      ...{ dispatchers: 2, results: 2, timeout: true, hasTwins: true },
    }),
    ...DEATH,
  },
  payout("taken unheard: two sweeps that ask and send again, the result, a queue timeout, an answer", 0, {
    ...{ sweeps: 2, results: 1, timeout: true, answers: 1, ...TAKEN },
  }),
] as const;

/** Too large for every run of the tests. */
export const LARGE: readonly (PaymentExplorable | PayoutExplorable)[] = [
  payment("two starts, two callbacks, late payer, one fault", 1, { starts: 2, callbacks: 2, payerMayBeLate: true }),
  payout("taken unheard: a sweep, the result, an answer", 0, { sweeps: 1, results: 1, answers: 1, ...TAKEN }),
  payout("two dispatchers, the result twice, one fault", 1, { dispatchers: 2, results: 2 }),
  payout("taken unheard: two sweeps, the result, one fault", 1, { sweeps: 2, results: 1, ...TAKEN }),
  payment("a start, two callbacks, a question, a sweep, late payer", 0, {
    ...{ callbacks: 2, query: true, sweep: true, payerMayBeLate: true },
  }),
  ...WHOLE,
];

/**
 * What goes wrong at Safaricom with payouts, refunds and questions, as rules for the simulator. What must stay true: the
 * simulator may lose, repeat, delay and garble, and it may lie about amounts and receipts; it never says of money that
 * moved that it did not, nor the reverse: against such a liar no ledger can be right.
 */
import type { Chance } from "../core/prng.ts";
import { LYING_RECEIPT } from "../payments/safaricom-faults.ts";
import type { Rule } from "../payments/safaricom-faults.ts";

export type { Rule } from "../payments/safaricom-faults.ts";

const PATHS = {
  payout: "/mpesa/b2c/v3/paymentrequest",
  reversal: "/mpesa/reversal/v1/request",
  status: "/mpesa/transactionstatus/v1/query",
  balance: "/mpesa/accountbalance/v1/query",
} as const;

type Fault = Rule["fault"];

/** What may become of the answer to something that was sent. */
const submitFault = (chance: Chance): Fault =>
  chance.pick<Fault>([
    { when: "after_execution", reset: true },
    { when: "after_execution", busy: true },
    { when: "after_execution", firewall: true },
    { when: "after_execution", hold: true },
    { when: "after_execution", answer: { status: 500, html: "<html>oops</html>" } },
    { when: "before_execution", spike_arrest: true },
    { when: "before_execution", busy: true },
    { when: "before_execution", answer: { status: 503, html: "<html>down</html>" } },
    { when: "before_execution", reset: true },
    { kill_token: true },
  ]);

/** What may become of a result. */
const resultFault = (chance: Chance): Fault => ({
  callback: chance.pick<NonNullable<Fault["callback"]>>([
    { drop: true },
    { drop: true },
    { copies: 2 },
    { copies: 5 },
    { delay_ms: chance.between(1_000, 3_600_000) },
    { before_answer: true },
    { queue_timeout: true, delay_ms: chance.between(1_000, 600_000) },
    { queue_timeout: true, drop: true },
    { amount_offset: 1 },
    { amount_offset: -1 },
    { source_address: "127.0.0.2" },
    { receipt: LYING_RECEIPT },
    { shape: "odd" },
    { shape: "single_item" },
    { shape: "items_by_position" },
  ]),
});

const MOST_TIMES = 3;

/** What goes wrong with what one phone is sent. */
const aboutPhone = (chance: Chance, path: string, msisdn: string): readonly Rule[] => [
  ...(chance.happens(0.25)
    ? [{ match: { path, msisdn }, times: chance.between(1, MOST_TIMES), fault: submitFault(chance) }]
    : []),
  ...(chance.happens(0.4) ? [{ match: { path, msisdn }, times: 1, fault: resultFault(chance) }] : []),
];

/** What may become of the answer to a question. */
const answerFault = (chance: Chance): Fault => ({
  callback: chance.pick<NonNullable<Fault["callback"]>>([
    { drop: true },
    { queue_timeout: true, drop: true },
    { copies: 2 },
  ]),
});

/** What goes wrong with questions, whomever they are about. */
const aboutQuestions = (chance: Chance, path: string): readonly Rule[] =>
  chance.happens(0.4)
    ? [
        {
          match: { path },
          times: chance.between(1, 4),
          fault: chance.happens(0.5) ? submitFault(chance) : answerFault(chance),
        },
      ]
    : [];

export const rulesFor = (
  chance: Chance,
  phones: { readonly paid: readonly string[]; readonly payers: readonly string[] },
): readonly Rule[] => [
  ...phones.paid.flatMap((msisdn) => aboutPhone(chance, PATHS.payout, msisdn)),
  ...phones.payers.flatMap((msisdn) => aboutPhone(chance, PATHS.reversal, msisdn)),
  ...aboutQuestions(chance, PATHS.status),
  ...aboutQuestions(chance, PATHS.balance),
];

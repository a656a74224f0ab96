/**
 * What goes wrong at Safaricom, as rules for the simulator. What must stay true: the simulator may lose, repeat, delay and
 * garble, it may lie about amounts and receipts, and say to a question that a paid push has failed; it never says that an
 * unpaid push was paid: against such a liar no ledger can be right.
 */
import type * as z from "zod";
import type { FaultRule } from "../../../sandbox/daraja/core/faults.ts";
import type { Chance } from "../core/prng.ts";

export type Rule = z.input<typeof FaultRule>;

const PUSH = "/mpesa/stkpush/v1/processrequest";
const QUERY = "/mpesa/stkpushquery/v1/query";
/** A receipt that M-PESA names to several payments: a lie that must credit none but the first. */
export const LYING_RECEIPT = "TKLSAMEONE";

type Fault = Rule["fault"];

/** What may become of a push's answer. */
const submitFault = (chance: Chance): Fault =>
  chance.pick<Fault>([
    { when: "after_execution", reset: true },
    { when: "after_execution", busy: true },
    { when: "after_execution", firewall: true },
    { when: "after_execution", hold: true },
    { when: "after_execution", answer: { status: 500, html: "<html>oops</html>" } },
    { when: "before_execution", spike_arrest: true },
    { when: "before_execution", answer: { status: 503, html: "<html>down</html>" } },
    { kill_token: true },
  ]);

/** What may become of a push's callback. */
const callbackFault = (chance: Chance): Fault => ({
  callback: chance.pick<NonNullable<Fault["callback"]>>([
    { drop: true },
    { drop: true },
    { copies: 2 },
    { copies: 5 },
    { delay_ms: chance.between(1_000, 3_600_000) },
    { before_answer: true },
    { amount_offset: 1 },
    { amount_offset: -1 },
    { source_address: "127.0.0.2" },
    { receipt: LYING_RECEIPT },
    { result_code: 1037 },
    { shape: "odd" },
    { shape: "items_by_position" },
  ]),
});

/** An answer that says of any push that it has failed, a paid one included. */
const saysFailed = (code: string): Fault => ({
  answer: { status: 200, body: { ResponseCode: "0", ResultCode: code, ResultDesc: "The push has failed." } },
});

/** What may become of a question about a push. */
const queryFault = (chance: Chance): Fault =>
  chance.pick<Fault>([
    {
      answer: {
        status: 500,
        body: { requestId: "1-2-3", errorCode: "500.001.1001", errorMessage: "Wrong credentials" },
      },
    },
    { when: "after_execution", reset: true },
    { spike_arrest: true },
    { firewall: true },
    saysFailed("1032"),
    saysFailed("1037"),
    saysFailed("1"),
  ]);

/** What goes wrong with one phone: at most one thing with its push, one with its callback, and a few questions. */
export const rulesFor = (chance: Chance, msisdn: string): readonly Rule[] => [
  ...(chance.happens(0.25) ? [{ match: { path: PUSH, msisdn }, times: 1, fault: submitFault(chance) }] : []),
  ...(chance.happens(0.5) ? [{ match: { path: PUSH, msisdn }, times: 1, fault: callbackFault(chance) }] : []),
  ...(chance.happens(0.3)
    ? [{ match: { path: QUERY, msisdn }, times: chance.between(1, 4), fault: queryFault(chance) }]
    : []),
];

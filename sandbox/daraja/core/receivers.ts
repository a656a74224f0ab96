/**
 * The receivers of payouts that misbehave by number: 2547000000NN from 50 on. Each row says what becomes of a payout to
 * them and what goes wrong on the way; the same faults can be put on any other number through the control API. What is
 * wrong with an answer strikes only the submit that M-PESA took: another one under the same id is answered honestly.
 */
import type { CallbackPlan, Fault } from "./faults.ts";

const FIRST_NUMBER = 50;

export type Receiver = {
  readonly msisdn: string;
  /** One line for people: the table on the handset page. */
  readonly behaviour: string;
  readonly resultAfterMs: number;
  /** Why no money moves: for good, until a top-up, or until the initiator is unlocked. */
  readonly trouble?: "not_registered" | "float_too_low" | "locks_initiator";
  /** Strikes the submit that M-PESA takes. */
  readonly fault?: Fault;
  /** Strikes the first submit of a payout before M-PESA sees it. */
  readonly firstSubmitFault?: Fault;
};

const onResult = (callback: CallbackPlan): Fault => ({ when: "before_execution", callback });
const afterExecution = (fault: Omit<Fault, "when">): Fault => ({ when: "after_execution", ...fault });

const lives: readonly (Omit<Receiver, "msisdn" | "resultAfterMs"> & { readonly resultAfterMs?: number })[] = [
  { behaviour: "is paid after 1 s" },
  {
    behaviour: "is paid, the result comes before the submit is answered",
    resultAfterMs: 0,
    fault: onResult({ before_answer: true }),
  },
  {
    behaviour: "is paid, the submit's answer is lost (connection reset), the result comes",
    fault: afterExecution({ reset: true }),
  },
  {
    behaviour: "is paid, the submit's answer is lost and the result never comes",
    fault: afterExecution({ reset: true, callback: { drop: true } }),
  },
  {
    behaviour: "is paid, a queue timeout comes first, the result 5 s later",
    fault: onResult({ queue_timeout: true, delay_ms: 5000 }),
  },
  { behaviour: "is paid, the result comes twice", fault: onResult({ copies: 2 }) },
  { behaviour: "is not registered (2040)", trouble: "not_registered" },
  { behaviour: "finds the float too low (1) until a top-up", trouble: "float_too_low" },
  {
    behaviour: "is paid, the first submit of a payout meets spike arrest (500.003.02)",
    firstSubmitFault: { when: "before_execution", spike_arrest: true },
  },
  { behaviour: "locks the initiator (8006) for everybody until it is unlocked", trouble: "locks_initiator" },
  {
    behaviour: "is paid, although the submit is answered with System is busy (500.003.02)",
    fault: afterExecution({ busy: true }),
  },
];

export const receivers: readonly Receiver[] = lives.map((life, index) => ({
  msisdn: `2547000000${FIRST_NUMBER + index}`,
  resultAfterMs: 1000,
  ...life,
}));

const byMsisdn = new Map(receivers.map((receiver) => [receiver.msisdn, receiver]));

/** The receiver behind a number; undefined for one that is simply paid. */
export const receiverOfPayout = (msisdn: string): Receiver | undefined => byMsisdn.get(msisdn);

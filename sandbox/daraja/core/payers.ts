/**
 * The payers that answer by themselves: the last two digits of 2547000000NN choose a life. Each row says what the payer
 * does, when, and what goes wrong on the way; the same faults can be put on any other number through the control API.
 * The truth (did money move) is the payer's last act, whatever the client was told.
 */
import type { Fault } from "./faults.ts";
import * as results from "./results.ts";
import type { StkResult } from "./results.ts";

export type Act = { readonly afterMs: number; readonly result: StkResult };

export type Payer = {
  readonly msisdn: string;
  /** One line for people: the table on the handset page. */
  readonly behaviour: string;
  /** What the payer does with the prompt, in order. Empty when no push ever gets through. */
  readonly acts: readonly Act[];
  /** The line is busy: every push is refused with *Unable to lock subscriber*. */
  readonly locked?: true;
  /** The C2B confirmation, where somebody registered for it, is over before the callback leaves. */
  readonly confirmsFirst?: true;
  /** Strikes every submit. */
  readonly fault?: Fault;
  /** Strikes the first submit of a payment (same phone and reference); the next one goes through. */
  readonly firstSubmitFault?: Fault;
};

const after = (afterMs: number, result: StkResult): Act => ({ afterMs, result });
const paysAfterOneSecond = [after(1000, results.paid)];

const onCallback = (callback: Fault["callback"]): Fault => ({ when: "before_execution", callback });
const afterExecution = (fault: Omit<Fault, "when">): Fault => ({ when: "after_execution", ...fault });

const lives: readonly Omit<Payer, "msisdn">[] = [
  { behaviour: "pays after 1 s", acts: paysAfterOneSecond },
  { behaviour: "has insufficient funds (1)", acts: [after(1000, results.insufficientFunds)] },
  { behaviour: "cancels (1032)", acts: [after(1000, results.cancelled)] },
  { behaviour: "cannot be reached (1037)", acts: [after(1000, results.unreachable)] },
  { behaviour: "enters a wrong PIN (2001)", acts: [after(1000, results.wrongPin)] },
  { behaviour: "lets the prompt expire (1019, after 5 s)", acts: [after(5000, results.expired)] },
  { behaviour: "has a locked line: the push is refused (500.001.1001)", acts: [], locked: true },
  { behaviour: "pays, the callback never comes", acts: paysAfterOneSecond, fault: onCallback({ drop: true }) },
  { behaviour: "pays, the callback comes twice", acts: paysAfterOneSecond, fault: onCallback({ copies: 2 }) },
  {
    behaviour: "pays, the callback comes before the push is answered",
    acts: [after(0, results.paid)],
    fault: onCallback({ before_answer: true }),
  },
  {
    behaviour: "pays, the push's answer is lost (connection reset)",
    acts: paysAfterOneSecond,
    fault: afterExecution({ reset: true }),
  },
  {
    behaviour: "pays, the callback comes 90 s late",
    acts: paysAfterOneSecond,
    fault: onCallback({ delay_ms: 90_000 }),
  },
  {
    behaviour: "pays, the callback names one shilling too much",
    acts: paysAfterOneSecond,
    fault: onCallback({ amount_offset: 1 }),
  },
  {
    behaviour: "pays, the push is answered with a 503 HTML page",
    acts: paysAfterOneSecond,
    fault: afterExecution({ firewall: true }),
  },
  {
    behaviour: "pays, the first push of a payment meets spike arrest (500.003.02)",
    acts: paysAfterOneSecond,
    firstSubmitFault: { when: "before_execution", spike_arrest: true },
  },
  {
    behaviour: "pays, the token dies just before the first push of a payment (404.001.03)",
    acts: paysAfterOneSecond,
    firstSubmitFault: { when: "before_execution", kill_token: true },
  },
  {
    behaviour: "pays, the callback comes in odd shapes",
    acts: paysAfterOneSecond,
    fault: onCallback({ shape: "odd" }),
  },
  {
    behaviour: "cannot be reached (1037), pays 10 s later after all (0)",
    acts: [after(1000, results.unreachable), after(11_000, results.paid)],
  },
  {
    behaviour: "pays, the C2B confirmation comes before the callback where URLs are registered",
    acts: paysAfterOneSecond,
    confirmsFirst: true,
  },
];

export const payers: readonly Payer[] = lives.map((life, index) => ({
  msisdn: `2547000000${String(index).padStart(2, "0")}`,
  ...life,
}));

const byMsisdn = new Map(payers.map((payer) => [payer.msisdn, payer]));

/** The payer behind a number; undefined when a person must answer on the handset. */
export const payerOf = (msisdn: string): Payer | undefined => byMsisdn.get(msisdn);

/**
 * The generated parts of docs/refunds.md: the drawing of a refund's moves, what each kind of evidence does, and why one
 * fails. Nothing of it is written down here: the table of moves, the decision and the texts are asked.
 */
import { decideRefund } from "../../functions/domain/decide-refund.ts";
import { shillings } from "../../functions/domain/money.ts";
import { REFUND_FAILURE_CODES, REFUND_FAILURES } from "../../functions/domain/refund-failures.ts";
import { REFUND_MOVES, REFUND_STATES } from "../../functions/domain/refund-states.ts";
import type { RefundState } from "../../functions/domain/refund-states.ts";
import type { Refund, RefundDecision } from "../../functions/domain/refund.ts";
import { code, table } from "./markdown.ts";
import { SAMPLE_REFUND_EVIDENCE, sampleRefund } from "./sample-refunds.ts";
import type { SampleRefundEvidence } from "./sample-refunds.ts";

/** The payment, of which nothing else went back. */
const PAYMENT = { amount: shillings(1500), refunded: shillings(0) };
/** A part of it: its reversal is not the only one that there can be. */
const part = (refund: Refund): Refund => ({ ...refund, amount: shillings(500) });

const decided = (refund: Refund, { weighed }: SampleRefundEvidence): RefundDecision =>
  decideRefund(refund, weighed, PAYMENT);

/** The kinds of evidence that make this move, of a whole payment or of a part of it. */
const movers = (from: RefundState, to: RefundState): string[] => {
  const seen = SAMPLE_REFUND_EVIDENCE.filter((sample) =>
    [sampleRefund(from), part(sampleRefund(from))].some((refund) => {
      const decision = decided(refund, sample);
      return decision.decision === "move" && decision.to === to;
    }),
  );
  return [...new Set(seen.map(({ label }) => label))];
};

/** A Mermaid drawing of REFUND_MOVES, each arrow with the evidence that makes the move. */
export const refundDiagram = (): string => {
  const arrows = REFUND_STATES.flatMap((from) =>
    REFUND_MOVES[from].map((to) => `    ${from} --> ${to}: ${movers(from, to).join(", ")}`),
  );
  const ends = REFUND_STATES.filter((state) => REFUND_MOVES[state].length === 0).map((state) => `    ${state} --> [*]`);
  return ["```mermaid", "stateDiagram-v2", "    [*] --> initiated", ...arrows, ...ends, "```"].join("\n");
};

const effect = (decision: RefundDecision): string => {
  if (decision.decision === "ignore") return "nothing new";
  const what = decision.decision === "move" ? `becomes ${code(decision.to)}` : "noted";
  return decision.exception === null ? what : `${what}, exception ${code(decision.exception)}`;
};

/** What each kind of evidence does to a refund in each state. */
export const refundEvidence = (): string => {
  const unsent: Refund = { ...sampleRefund("initiated"), sentAt: null, attempts: 0 };
  const columns = [
    { title: "`initiated`, not sent", refund: unsent },
    ...REFUND_STATES.map((state) => ({ title: code(state), refund: sampleRefund(state) })),
    { title: "`uncertain`, a part", refund: part(sampleRefund("uncertain")) },
  ];
  return table(
    ["Evidence", ...columns.map(({ title }) => title)],
    SAMPLE_REFUND_EVIDENCE.map((sample) => [
      sample.title,
      ...columns.map(({ refund }) => effect(decided(refund, sample))),
    ]),
  );
};

/** Why refunds fail. */
export const refundFailures = (): string =>
  table(
    ["`failure.code`", "Again?", "What happened and what to do"],
    REFUND_FAILURE_CODES.map((failure) => {
      const { message, refundAgain } = REFUND_FAILURES[failure];
      return [code(failure), code(refundAgain), message];
    }),
  );

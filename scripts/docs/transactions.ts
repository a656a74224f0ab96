/**
 * The generated parts of docs/transactions.md: the drawing of the moves, what the public sees of each state, and what
 * each kind of evidence does. Nothing of it is written down here: the table of moves, the public view and `decide` are
 * asked.
 */
import { paymentView } from "../../functions/api/payment-view.ts";
import { decide } from "../../functions/domain/decide.ts";
import { PAYMENT_MOVES, PAYMENT_STATES } from "../../functions/domain/payment-states.ts";
import type { Decision } from "../../functions/domain/payment.ts";
import type { PaymentState } from "../../functions/domain/payment-states.ts";
import { code, table } from "./markdown.ts";
import { SAMPLE_EVIDENCE, samplePayment } from "./sample-evidence.ts";

/** The kinds of evidence that make this move; empty when what makes it belongs to another chapter (a refund). */
const movers = (from: PaymentState, to: PaymentState): string[] => {
  const labels = SAMPLE_EVIDENCE.filter(({ weighed }) => {
    const decision = decide(samplePayment(from), weighed);
    return decision.decision === "move" && decision.to === to;
  }).map(({ label }) => label);
  return [...new Set(labels)];
};

/** A Mermaid drawing of PAYMENT_MOVES, each arrow with the evidence that makes the move. */
export const diagram = (): string => {
  const arrows = PAYMENT_STATES.flatMap((from) =>
    PAYMENT_MOVES[from].map((to) => {
      const labels = movers(from, to);
      return `    ${from} --> ${to}${labels.length === 0 ? "" : `: ${labels.join(", ")}`}`;
    }),
  );
  const ends = PAYMENT_STATES.filter((state) => PAYMENT_MOVES[state].length === 0).map(
    (state) => `    ${state} --> [*]`,
  );
  return [
    "```mermaid",
    "stateDiagram-v2",
    "    [*] --> initiated",
    "    [*] --> succeeded: paid from the menu",
    ...arrows,
    ...ends,
    "```",
  ].join("\n");
};

const MEANING: Readonly<Record<PaymentState, string>> = {
  initiated: "On the ledger; Daraja has not answered yet, or the process died before it could.",
  pending: "Daraja took the push. The payer's phone rings, or the payer has answered and nobody has told us.",
  uncertain: "The submit's answer was lost, or the last question went unanswered. M-PESA may have taken the money.",
  succeeded: "Money moved. Nothing takes that back but a reversal.",
  failed: "The push ended, or never began, without money moving.",
  reversed: "Money moved, and M-PESA moved it back.",
  merged: "Opened for a payment from the menu, and then a push turned out to be it: `merged_into` holds the money.",
};

/** What a storefront reads for each state. */
export const statuses = (): string =>
  table(
    ["State on the ledger", "`status`", "`stage`", "What it means"],
    PAYMENT_STATES.map((state) => {
      const { status, stage } = paymentView(samplePayment(state));
      return [code(state), code(status), stage === null ? "none" : code(stage), MEANING[state]];
    }),
  );

const effect = (decision: Decision): string => {
  if (decision.decision === "ignore") return "nothing new";
  const what = decision.decision === "move" ? `becomes ${code(decision.to)}` : "noted";
  return decision.exception === null ? what : `${what}, exception ${code(decision.exception)}`;
};

/** What each kind of evidence does to a payment in each state. */
export const evidence = (): string => {
  const columns = [
    ...PAYMENT_STATES.map((state) => ({ title: code(state), payment: samplePayment(state) })),
    { title: "`pending`, disputed", payment: samplePayment("pending", true) },
  ];
  return table(
    ["Evidence", ...columns.map(({ title }) => title)],
    SAMPLE_EVIDENCE.map(({ title, weighed }) => [
      title,
      ...columns.map(({ payment }) => effect(decide(payment, weighed))),
    ]),
  );
};

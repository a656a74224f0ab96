/**
 * The generated parts of docs/payouts.md: the drawings of a payout's and a batch's moves and what each kind of evidence
 * does. Nothing of it is written down here: the tables of moves and the decisions are asked.
 */
import { BATCH_MOVES, BATCH_STATES } from "../../functions/domain/batch-states.ts";
import { decidePayout } from "../../functions/domain/decide-payout.ts";
import { PAYOUT_MOVES, PAYOUT_STATES } from "../../functions/domain/payout-states.ts";
import type { PayoutState } from "../../functions/domain/payout-states.ts";
import type { PayoutDecision } from "../../functions/domain/payout.ts";
import { code, table } from "./markdown.ts";
import { SAMPLE_PAYOUT_EVIDENCE, samplePayout } from "./sample-payouts.ts";

/** The kinds of evidence that make this move, in doubt or not. */
const movers = (from: PayoutState, to: PayoutState): string[] => {
  const labels = SAMPLE_PAYOUT_EVIDENCE.filter(({ weighed }) =>
    [false, true].some((doubt) => {
      const decision = decidePayout(samplePayout(from, doubt), weighed);
      return decision.decision === "move" && decision.to === to;
    }),
  ).map(({ label }) => label);
  return [...new Set(labels)];
};

const drawing = (first: string, arrows: readonly string[], ends: readonly string[]): string =>
  ["```mermaid", "stateDiagram-v2", `    [*] --> ${first}`, ...arrows, ...ends, "```"].join("\n");

/** A Mermaid drawing of PAYOUT_MOVES, each arrow with the evidence that makes the move. */
export const payoutDiagram = (): string =>
  drawing(
    "queued",
    PAYOUT_STATES.flatMap((from) =>
      PAYOUT_MOVES[from].map((to) => `    ${from} --> ${to}: ${movers(from, to).join(", ")}`),
    ),
    PAYOUT_STATES.filter((state) => PAYOUT_MOVES[state].length === 0).map((state) => `    ${state} --> [*]`),
  );

/** A Mermaid drawing of BATCH_MOVES. */
export const batchDiagram = (): string =>
  drawing(
    "awaiting_approval",
    BATCH_STATES.flatMap((from) => BATCH_MOVES[from].map((to) => `    ${from} --> ${to}`)),
    BATCH_STATES.filter((state) => BATCH_MOVES[state].length === 0).map((state) => `    ${state} --> [*]`),
  );

const effect = (decision: PayoutDecision): string => {
  if (decision.decision === "ignore") return "nothing new";
  const what = decision.decision === "move" ? `becomes ${code(decision.to)}` : "noted";
  return decision.exception === null ? what : `${what}, exception ${code(decision.exception)}`;
};

/** What each kind of evidence does to a payout in each state. */
export const payoutEvidence = (): string => {
  const columns = [
    ...PAYOUT_STATES.map((state) => ({ title: code(state), payout: samplePayout(state) })),
    { title: "`sending`, in doubt", payout: samplePayout("sending", true) },
  ];
  return table(
    ["Evidence", ...columns.map(({ title }) => title)],
    SAMPLE_PAYOUT_EVIDENCE.map(({ title, weighed }) => [
      title,
      ...columns.map(({ payout }) => effect(decidePayout(payout, weighed))),
    ]),
  );
};

/** The counted calls against the budgets, as lines of the table. */
import type { AllCounted, Counted } from "./counts.ts";
import { atMost, each, plain } from "./line.ts";
import type { Line } from "./line.ts";

/** Of one operation, warm. */
export const BUDGETS = {
  startWrites: 4,
  startReads: 0,
  startDarajaCalls: 1,
  callbackWrites: 1,
  callbackReads: 0,
  pollReads: 1,
} as const;

type Kind = "writes" | "reads" | "secretReads" | "pushes" | "queries" | "tokens";

/** How many calls of a kind one operation made, on average. */
export const perOperation = (counted: Counted, kind: Kind): number => counted[kind] / counted.operations;

const budget = (what: string, [counted, kind]: readonly [Counted, Kind], most: number): Line =>
  atMost({ section: "Calls", what }, { measured: perOperation(counted, kind), most, show: each });

const summary = (counted: Counted): string =>
  [
    `${each(perOperation(counted, "writes"))} writes`,
    `${each(perOperation(counted, "reads"))} reads`,
    `${each(perOperation(counted, "queries"))} questions to Daraja`,
  ].join(", ");

export const callLines = (counted: AllCounted): readonly Line[] => {
  const { start, callback, poll } = counted;
  const counts = `${start.operations} operations after the first ones, one after the other`;
  return [
    plain(
      { section: "Calls", what: "how they are counted" },
      counts,
      "where they arrive: at the AWS door and at the simulator",
    ),
    budget("start a payment: DynamoDB writes", [start, "writes"], BUDGETS.startWrites),
    budget("start a payment: DynamoDB reads", [start, "reads"], BUDGETS.startReads),
    budget("start a payment: calls to Daraja", [start, "pushes"], BUDGETS.startDarajaCalls),
    plain(
      { section: "Calls", what: "start a payment: tokens and slots" },
      `${each(perOperation(start, "tokens"))} OAuth requests, 0 writes for slots`,
      "one token serves its hour; the STK lane is held by API Gateway's throttle and takes slots only after Daraja throttled (ADR 0005)",
    ),
    plain(
      { section: "Calls", what: "start a payment: secrets" },
      `${each(perOperation(start, "secretReads"))} Secrets Manager calls`,
      "each instance asks once a minute for each secret",
    ),
    budget("callback: DynamoDB writes", [callback, "writes"], BUDGETS.callbackWrites),
    budget("callback: DynamoDB reads", [callback, "reads"], BUDGETS.callbackReads),
    budget("status poll: DynamoDB reads", [poll, "reads"], BUDGETS.pollReads),
    plain({ section: "Calls", what: "authoriser, when API Gateway does not remember" }, summary(counted.authorise)),
    plain({ section: "Calls", what: "verify, payment that went silent" }, summary(counted.verify)),
    plain(
      { section: "Calls", what: "sweep, for each payment" },
      summary(counted.sweep),
      `${counted.sweep.operations} payments in one sweep; a sweep that finds nothing makes ${counted.idleSweep.reads} reads`,
    ),
  ];
};

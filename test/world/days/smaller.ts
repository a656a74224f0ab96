/**
 * Smaller scenarios, to find out what of a broken world matters. What must stay true: each is smaller than the one it comes
 * from, in something that is counted, so going from one to the next comes to an end.
 */
import { smaller as smallerPayments, without } from "../payments/smaller.ts";
import { QUIET } from "./rates.ts";
import type { Rates } from "./rates.ts";
import type { Round, Scenario, StatementPlan } from "./scenario.ts";

const OWN = ["sqs", "queue", "filesDown", "clientLost", "scheduleLate", "scheduleTwice"] as const;

const isQuiet = (rate: number | object): boolean =>
  typeof rate === "number" ? rate === 0 : Object.values(rate).every((one) => one === 0);

function* quieter(rates: Rates): Generator<Rates> {
  for (const name of OWN) if (!isQuiet(rates[name])) yield { ...rates, [name]: QUIET[name] };
}

function* simplerStatement(plan: StatementPlan): Generator<StatementPlan> {
  for (const faults of without(plan.faults)) yield { ...plan, faults };
  if (plan.againAfterMs !== null) yield { ...plan, againAfterMs: null };
  if (plan.upload === "twice") yield { ...plan, upload: "once" };
  if (plan.days > 1) yield { ...plan, days: 1 };
}

function* simplerRound(round: Round): Generator<Round> {
  if (round.how !== "one") yield { ...round, how: "one" };
}

/** The biggest steps first. */
export function* smaller(scenario: Scenario): Generator<Scenario> {
  const { statements, closes, rounds, rates, validates } = scenario;
  for (const fewer of without(statements)) yield { ...scenario, statements: fewer };
  for (const fewer of without(rounds)) yield { ...scenario, rounds: fewer };
  for (const fewer of without(closes)) yield { ...scenario, closes: fewer };
  for (const less of smallerPayments(scenario)) yield { ...scenario, ...less, rates: { ...rates, ...less.rates } };
  for (const less of quieter(rates)) yield { ...scenario, rates: less };
  if (validates) yield { ...scenario, validates: false };
  for (const [place, plan] of statements.entries())
    for (const less of simplerStatement(plan)) yield { ...scenario, statements: statements.with(place, less) };
  for (const [place, round] of rounds.entries())
    for (const less of simplerRound(round)) yield { ...scenario, rounds: rounds.with(place, less) };
}

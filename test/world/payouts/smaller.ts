/**
 * Smaller scenarios, to find out what of a broken world matters. What must stay true: each is smaller than the one it comes
 * from, in something that is counted, so going from one to the next comes to an end.
 */
import { QUIET } from "./rates.ts";
import type { Rates } from "./rates.ts";
import type { BatchPlan, Scenario } from "./scenario.ts";

/** `all` without a half of it, then without each of a few. */
function* without<T>(all: readonly T[]): Generator<readonly T[]> {
  const half = Math.ceil(all.length / 2);
  if (all.length > 2) yield* [all.slice(0, half), all.slice(half)];
  for (let place = 0; place < all.length; place += 1) yield all.toSpliced(place, 1);
}

const isQuiet = (rates: unknown): boolean =>
  typeof rates === "object" && rates !== null ? Object.values(rates).every(isQuiet) : rates === 0;

/** One kind of fault after the other, all of it. */
function* quieterRates(rates: Rates): Generator<Rates> {
  for (const [name, rate] of Object.entries(rates))
    if (!isQuiet(rate)) yield { ...rates, [name]: QUIET[name as keyof Rates] };
}

function* smallerBatches(plan: BatchPlan): Generator<BatchPlan> {
  for (const rows of without(plan.rows)) if (rows.length > 0) yield { ...plan, rows };
  for (const deeds of without(plan.deeds)) yield { ...plan, deeds };
  if (plan.twin) yield { ...plan, twin: false };
  if (plan.uploads) yield { ...plan, uploads: false };
  if (plan.tamperedAfterMs !== null) yield { ...plan, tamperedAfterMs: null };
  if (plan.devices > 1) yield { ...plan, devices: 1 };
}

/** The biggest steps first. */
export function* smaller(scenario: Scenario): Generator<Scenario> {
  const { singles, batches, refunds, outages, rules, rates, operator, halt } = scenario;
  for (const fewer of without(batches)) yield { ...scenario, batches: fewer };
  for (const fewer of without(singles)) yield { ...scenario, singles: fewer };
  for (const fewer of without(refunds)) yield { ...scenario, refunds: fewer };
  for (const fewer of without(outages)) yield { ...scenario, outages: fewer };
  for (const fewer of without(rules)) yield { ...scenario, rules: fewer };
  for (const quieter of quieterRates(rates)) yield { ...scenario, rates: quieter };
  if (operator.kind !== "none") yield { ...scenario, operator: { ...operator, kind: "none" } };
  if (halt !== null) yield { ...scenario, halt: null };
  for (const [place, plan] of batches.entries())
    for (const less of smallerBatches(plan)) yield { ...scenario, batches: batches.with(place, less) };
  for (const [place, single] of singles.entries())
    if (single.devices > 1 || single.changesBody || single.cancelAfterMs !== null) {
      const plain = { ...single, devices: 1, changesBody: false, cancelAfterMs: null };
      yield { ...scenario, singles: singles.with(place, plain) };
    }
}

/**
 * Smaller scenarios, to find out what of a broken world matters. What must stay true: each is smaller than the one it comes
 * from, in something that is counted, so going from one to the next comes to an end.
 */
import { NO_FAULTS } from "../dynamo/link.ts";
import { QUIET } from "./rates.ts";
import type { Rates } from "./rates.ts";
import type { Scenario } from "./scenario.ts";

/** `all` without a half of it, then without each of a few. */
export function* without<T>(all: readonly T[]): Generator<readonly T[]> {
  const half = Math.ceil(all.length / 2);
  if (all.length > 2) yield* [all.slice(0, half), all.slice(half)];
  for (let place = 0; place < all.length; place += 1) yield all.toSpliced(place, 1);
}

const isQuiet = (rates: object): boolean => Object.values(rates).every((rate) => rate === 0);

const GROUPS = [
  ["link", NO_FAULTS],
  ["line", QUIET.line],
  ["callbacks", QUIET.callbacks],
  ["lambda", QUIET.lambda],
] as const;

function* quieterRates(rates: Rates): Generator<Rates> {
  for (const [name, quiet] of GROUPS) if (!isQuiet(rates[name])) yield { ...rates, [name]: quiet };
  for (const name of ["lagMs", "storefrontLost", "forged"] as const) if (rates[name] > 0) yield { ...rates, [name]: 0 };
  for (const [group] of GROUPS)
    for (const [name, rate] of Object.entries(rates[group]))
      if (rate > 0 && Object.values(rates[group]).filter((other) => other > 0).length > 1)
        yield { ...rates, [group]: { ...rates[group], [name]: 0 } };
}

/** The biggest steps first. */
export function* smaller(scenario: Scenario): Generator<Scenario> {
  const { orders, menu, pulls, outages, rules, rates, callbackRetries, confirms } = scenario;
  for (const fewer of without(orders)) yield { ...scenario, orders: fewer };
  for (const fewer of without(menu)) yield { ...scenario, menu: fewer };
  for (const fewer of without(pulls)) yield { ...scenario, pulls: fewer };
  for (const fewer of without(outages)) yield { ...scenario, outages: fewer };
  for (const fewer of without(rules)) yield { ...scenario, rules: fewer };
  for (const quieter of quieterRates(rates)) yield { ...scenario, rates: quieter };
  if (callbackRetries > 0) yield { ...scenario, callbackRetries: 0 };
  if (confirms) yield { ...scenario, confirms: false };
  for (const [place, order] of orders.entries()) {
    if (order.devices > 1) yield { ...scenario, orders: orders.with(place, { ...order, devices: 1 }) };
    if (order.changesBody) yield { ...scenario, orders: orders.with(place, { ...order, changesBody: false }) };
  }
}

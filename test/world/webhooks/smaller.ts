/**
 * Smaller scenarios, to find out what of a broken world matters. What must stay true: each is smaller than the one it comes
 * from, in something that is counted, so going from one to the next comes to an end.
 */
import { isDeepStrictEqual } from "node:util";
import { without } from "../payments/smaller.ts";
import { QUIET } from "./rates.ts";
import type { Rates } from "./rates.ts";
import type { EndpointPlan, PaymentPlan, Scenario } from "./scenario.ts";

/** One kind of fault after the other, all of it. */
function* quieterRates(rates: Rates): Generator<Rates> {
  for (const name of Object.keys(rates) as (keyof Rates)[])
    if (!isDeepStrictEqual(rates[name], QUIET[name])) yield { ...rates, [name]: QUIET[name] };
}

function* smallerEndpoint(plan: EndpointPlan): Generator<EndpointPlan> {
  const { receiver } = plan;
  for (const spells of without(receiver.spells)) yield { ...plan, receiver: { ...receiver, spells } };
  if (receiver.flaky > 0) yield { ...plan, receiver: { ...receiver, flaky: 0 } };
  if (plan.at > 0) yield { ...plan, at: 0 };
}

function* smallerPayment(plan: PaymentPlan): Generator<PaymentPlan> {
  for (const words of without(plan.words)) yield { ...plan, words };
  if (plan.page !== null) yield { ...plan, page: null };
}

/** The biggest steps first. */
export function* smaller(scenario: Scenario): Generator<Scenario> {
  const { endpoints, payments, menu, deeds, outages, rates, nights, shards } = scenario;
  for (const fewer of without(endpoints)) yield { ...scenario, endpoints: fewer };
  for (const fewer of without(payments)) yield { ...scenario, payments: fewer };
  for (const fewer of without(menu)) yield { ...scenario, menu: fewer };
  for (const fewer of without(deeds)) yield { ...scenario, deeds: fewer };
  for (const fewer of without(outages)) yield { ...scenario, outages: fewer };
  for (const quieter of quieterRates(rates)) yield { ...scenario, rates: quieter };
  for (const fewer of without(nights)) if (fewer.length > 0) yield { ...scenario, nights: fewer };
  if (shards > 1) yield { ...scenario, shards: 1 };
  for (const [place, plan] of endpoints.entries())
    for (const less of smallerEndpoint(plan)) yield { ...scenario, endpoints: endpoints.with(place, less) };
  for (const [place, plan] of payments.entries())
    for (const less of smallerPayment(plan)) yield { ...scenario, payments: payments.with(place, less) };
  for (const [place, deed] of deeds.entries())
    if (deed.desks > 1) yield { ...scenario, deeds: deeds.with(place, { ...deed, desks: 1 }) };
}

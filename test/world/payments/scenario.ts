/**
 * What one seed is about: which orders come, who pays without being asked, what payers do, and how often which thing goes
 * wrong. Every seed has a random part of the faults at random rates, so that some worlds are nearly quiet and others break
 * in one way alone. What must stay true: a scenario is plain data, so one that broke a world can be kept in a file.
 */
import { payers } from "../../../sandbox/daraja/core/payers.ts";
import type { HandsetAction } from "../../../sandbox/daraja/core/pushes.ts";
import type { Chance } from "../core/prng.ts";
import { SPREAD_MS, drawOutage, drawRates } from "./rates.ts";
import type { Outage, Rates } from "./rates.ts";
import { rulesFor } from "./safaricom-faults.ts";
import type { Rule } from "./safaricom-faults.ts";

/** How a storefront asks for one order. */
export interface Order {
  readonly key: string;
  readonly msisdn: string;
  readonly amount: number;
  readonly reference: string;
  /** Milliseconds after the world begins. */
  readonly at: number;
  /** What the payer does with the prompt, and when; null for a number that has a life of its own. */
  readonly act: { readonly action: HandsetAction; readonly afterMs: number } | null;
  /** How many devices send the request at about the same time. */
  readonly devices: number;
  /** One of the devices asks for another amount under the same key. */
  readonly changesBody: boolean;
}

/** Somebody who pays from the phone's menu. */
export interface MenuOrder {
  readonly msisdn: string;
  readonly amount: number;
  readonly reference: string;
  /** Milliseconds after the world begins. */
  readonly at: number;
}

export interface Scenario {
  readonly orders: readonly Order[];
  readonly menu: readonly MenuOrder[];
  /** Whether M-PESA was told where to confirm payments. */
  readonly confirms: boolean;
  /** In which hours the pull is started, and whether there were pulls before. */
  readonly pulls: readonly number[];
  readonly hasPulled: boolean;
  /** How often a pull of the second day dies at one of its calls, in [0, 1]; never when absent. */
  readonly latePullsDie?: number;
  readonly outages: readonly Outage[];
  /** What goes wrong at Safaricom. */
  readonly rules: readonly Rule[];
  readonly callbackRetries: number;
  readonly rates: Rates;
}

const drawOrder = (chance: Chance, place: number): Order => {
  const lives = chance.happens(0.3);
  const life = payers[chance.between(0, payers.length - 1)];
  const msisdn = lives && life ? life.msisdn : `2547${String(10_000_000 + chance.between(0, 8_999) * 1_000 + place)}`;
  const action = chance.pick<HandsetAction>(["pay", "pay", "pay", "cancel", "wrong_pin", "ignore"]);
  return {
    key: `order-${place}`,
    msisdn,
    amount: chance.between(1, 2_000),
    reference: `INV-${place}`,
    at: chance.between(0, SPREAD_MS),
    act: lives ? null : { action, afterMs: chance.between(300, 24_000) },
    devices: chance.happens(0.25) ? chance.between(2, 4) : 1,
    changesBody: chance.happens(0.08),
  };
};

/** One customer who orders again and again, sooner than a phone may be asked. */
const drawEager = (chance: Chance, orders: readonly Order[]): readonly Order[] => {
  const model = orders.find(({ act }) => act !== null);
  if (!model || !chance.happens(0.4)) return [];
  const act = { action: chance.pick<HandsetAction>(["pay", "cancel"]), afterMs: chance.between(300, 5_000) };
  return Array.from({ length: chance.between(4, 6) }, (_, place) => ({
    ...model,
    act,
    key: `eager-${place}`,
    reference: `EAG-${place}`,
    at: model.at + (place + 1) * chance.between(20_000, 60_000),
  }));
};

/** Customers who pay from the menu: for something of their own, or for an order whose prompt they let pass. */
const drawMenu = (chance: Chance, orders: readonly Order[]): readonly MenuOrder[] => {
  if (!chance.happens(0.5)) return [];
  return Array.from({ length: chance.between(1, 3) }, (_, place): MenuOrder => {
    const order = orders[chance.between(0, orders.length - 1)];
    const own = { msisdn: `25471${String(chance.between(1_000_000, 9_999_999))}`, amount: chance.between(1, 2_000) };
    const at = chance.between(0, SPREAD_MS);
    if (!order || chance.happens(0.4)) return { ...own, reference: `MENU-${place}`, at };
    const { msisdn, amount, reference } = order;
    const payer = chance.happens(0.7) ? msisdn : own.msisdn;
    const sum = chance.happens(0.8) ? amount : own.amount;
    return { msisdn: payer, amount: sum, reference, at: order.at + chance.between(5_000, 600_000) };
  });
};

/** Pulling is every hour's work; a clock that misses most of the hours is no harm. */
const PULL_HOURS = [1, 2, 4, 30];
/** A clock that stands still for a day: the first pull after it has all of it to bring. */
const LATE_PULLS = { pulls: [30, 36], latePullsDie: 0.15 } as const;

/** The scenario of a chance, with `most` orders at most. */
export const drawScenario = (chance: Chance, most: number): Scenario => {
  const rates = drawRates(chance);
  const orders = Array.from({ length: chance.between(Math.ceil(most / 2), most) }, (_, place) =>
    drawOrder(chance, place),
  );
  orders.push(...drawEager(chance, orders));
  const phones = [...new Set(orders.filter(({ act }) => act !== null).map(({ msisdn }) => msisdn))];
  const rules = phones.flatMap((msisdn) => rulesFor(chance, msisdn));
  const outages = Array.from({ length: chance.happens(0.5) ? chance.between(1, 2) : 0 }, () => drawOutage(chance));
  const menu = drawMenu(chance, orders);
  const scenario: Scenario = {
    orders,
    menu,
    confirms: chance.happens(0.5),
    pulls: PULL_HOURS,
    hasPulled: chance.happens(0.8),
    outages,
    rules,
    callbackRetries: chance.between(0, 2),
    rates,
  };
  return chance.happens(0.2) ? { ...scenario, ...LATE_PULLS } : scenario;
};

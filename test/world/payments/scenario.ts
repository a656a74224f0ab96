/**
 * What one seed is about: which orders come, what their payers do, and how often which thing goes wrong. Every seed has a
 * random part of the faults at random rates, so that some worlds are nearly quiet and others break in one way alone.
 */
import { payers } from "../../../sandbox/daraja/core/payers.ts";
import type { HandsetAction } from "../../../sandbox/daraja/core/pushes.ts";
import type { Chance } from "../core/prng.ts";
import { NO_FAULTS } from "../dynamo/link.ts";
import type { LinkFaults } from "../dynamo/link.ts";
import type { CallbackFaults, LineFaults } from "./daraja-line.ts";
import type { LambdaFaults } from "./lambda.ts";
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

export interface Rates {
  readonly link: LinkFaults;
  readonly line: LineFaults;
  readonly callbacks: CallbackFaults;
  readonly lambda: LambdaFaults;
  /** The longest that an index lags, milliseconds. */
  readonly lagMs: number;
  /** Storefront's requests and answers that get lost. */
  readonly storefrontLost: number;
  /** Callbacks with a made-up token, per order. */
  readonly forged: number;
}

/** A while in which nothing works somewhere, milliseconds after the world begins. */
interface Outage {
  readonly from: number;
  readonly until: number;
  readonly rates: Partial<Rates>;
}

export interface Scenario {
  readonly orders: readonly Order[];
  readonly outages: readonly Outage[];
  /** What goes wrong at Safaricom. */
  readonly rules: readonly Rule[];
  readonly callbackRetries: number;
  readonly rates: Rates;
}

const QUIET: Rates = {
  link: NO_FAULTS,
  line: { unconnected: 0, lostRequest: 0, lostAnswer: 0, slow: 0, brokenAnswer: 0 },
  callbacks: { lost: 0, unheard: 0 },
  lambda: { crash: 0, mostSkewMs: 0 },
  lagMs: 0,
  storefrontLost: 0,
  forged: 0,
};

/** When all faults stop, milliseconds after the world begins. */
export const FAULTS_STOP_MS = 30 * 60_000;

/** What goes wrong `at` milliseconds after the world began. */
export const ratesAt = ({ rates, outages }: Scenario, at: number): Rates => {
  if (at >= FAULTS_STOP_MS) return QUIET;
  const outage = outages.find(({ from, until }) => from <= at && at < until);
  return outage ? { ...rates, ...outage.rates } : rates;
};

/** The most that each rate of a world may be. */
const MOST: Rates = {
  link: { throttled: 0.06, slow: 0.05, lostRequest: 0.02, lostAnswer: 0.04, conflict: 0.08, partial: 0.3 },
  line: { unconnected: 0.06, lostRequest: 0.06, lostAnswer: 0.15, slow: 0.08, brokenAnswer: 0.08 },
  callbacks: { lost: 0.3, unheard: 0.2 },
  lambda: { crash: 0.02, mostSkewMs: 2_000 },
  lagMs: 5_000,
  storefrontLost: 0.15,
  forged: 0.3,
};

const drawn = (chance: Chance, most: number): number => (chance.happens(0.5) ? chance.next() * most : 0);

const drawAll = <K extends string>(chance: Chance, most: Readonly<Record<K, number>>): Record<K, number> =>
  Object.fromEntries(Object.entries<number>(most).map(([name, value]) => [name, drawn(chance, value)])) as Record<
    K,
    number
  >;

const drawRates = (chance: Chance): Rates => ({
  link: drawAll(chance, { ...MOST.link }),
  line: drawAll(chance, { ...MOST.line }),
  callbacks: drawAll(chance, { ...MOST.callbacks }),
  lambda: { crash: drawn(chance, MOST.lambda.crash), mostSkewMs: Math.floor(drawn(chance, MOST.lambda.mostSkewMs)) },
  lagMs: drawn(chance, MOST.lagMs),
  storefrontLost: drawn(chance, MOST.storefrontLost),
  forged: drawn(chance, MOST.forged),
});

const SPREAD_MS = 8 * 60_000;

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

const drawOutage = (chance: Chance): Outage => {
  const from = chance.between(0, SPREAD_MS);
  const rates = chance.pick<Partial<Rates>>([
    { link: { ...NO_FAULTS, throttled: 1 } },
    { link: { ...NO_FAULTS, slow: 1 } },
    { link: { ...NO_FAULTS, lostRequest: 1 } },
    { link: { ...NO_FAULTS, lostAnswer: 1 } },
    { line: { ...QUIET.line, unconnected: 1 } },
    { line: { ...QUIET.line, lostAnswer: 1 } },
    { line: { ...QUIET.line, slow: 1 } },
  ]);
  return { from, until: from + chance.between(5_000, 240_000), rates };
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
  return { orders, outages, rules, callbackRetries: chance.between(0, 2), rates };
};

/**
 * How often what goes wrong in a world of payments, and when. What must stay true: every fault of a world has a rate here or
 * a rule at Safaricom, and from half an hour after the beginning nothing goes wrong any more.
 */
import { drawAll, drawn, ratesDuring } from "../core/drawing.ts";
import type { OutageOf } from "../core/drawing.ts";
import type { Chance } from "../core/prng.ts";
import { NO_FAULTS } from "../dynamo/link.ts";
import type { LinkFaults } from "../dynamo/link.ts";
import type { CallbackFaults, LineFaults } from "./daraja-line.ts";
import type { LambdaFaults } from "./lambda.ts";

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

export type Outage = OutageOf<Rates>;

/** When every world begins, epoch milliseconds. */
export const START = Date.UTC(2026, 10, 21, 9, 0, 0);

export const QUIET: Rates = {
  link: NO_FAULTS,
  line: { unconnected: 0, lostRequest: 0, lostAnswer: 0, slow: 0, brokenAnswer: 0 },
  callbacks: { lost: 0, unheard: 0 },
  lambda: { crash: 0, mostSkewMs: 0, newer: 0 },
  lagMs: 0,
  storefrontLost: 0,
  forged: 0,
};

/** When all faults stop, milliseconds after the world begins. */
export const FAULTS_STOP_MS = 30 * 60_000;

/** When orders come, milliseconds after the world begins. */
export const SPREAD_MS = 8 * 60_000;

/** What goes wrong `at` milliseconds after the world began. */
export const ratesAt = (world: { readonly rates: Rates; readonly outages: readonly Outage[] }, at: number): Rates =>
  at >= FAULTS_STOP_MS ? QUIET : ratesDuring(world, at);

/** The most that each rate of a world may be. */
const MOST = {
  link: { throttled: 0.06, slow: 0.05, lostRequest: 0.02, lostAnswer: 0.04, conflict: 0.08, partial: 0.3 },
  line: { unconnected: 0.06, lostRequest: 0.06, lostAnswer: 0.15, slow: 0.08, brokenAnswer: 0.08 },
  callbacks: { lost: 0.3, unheard: 0.2 },
  lambda: { crash: 0.02, mostSkewMs: 2_000, newer: 0.5 },
  lagMs: 5_000,
  storefrontLost: 0.15,
  forged: 0.3,
} as const satisfies Rates;

const SHARE = 0.5;

export const drawRates = (chance: Chance): Rates => {
  const lambda = drawAll(chance, { ...MOST.lambda }, SHARE);
  return {
    link: drawAll(chance, { ...MOST.link }, SHARE),
    line: drawAll(chance, { ...MOST.line }, SHARE),
    callbacks: drawAll(chance, { ...MOST.callbacks }, SHARE),
    lambda: { ...lambda, mostSkewMs: Math.floor(lambda.mostSkewMs) },
    lagMs: drawn(chance, MOST.lagMs, SHARE),
    storefrontLost: drawn(chance, MOST.storefrontLost, SHARE),
    forged: drawn(chance, MOST.forged, SHARE),
  };
};

export const drawOutage = (chance: Chance): Outage => {
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
  return { from, until: from + chance.between(5_000, 120_000), rates };
};

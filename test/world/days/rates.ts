/**
 * How often what goes wrong in a world of days, and when. What must stay true: every fault of the world has a rate here, a
 * rule at Safaricom or a place in its scenario, and from the third morning on nothing goes wrong any more.
 */
import { drawAll, ratesDuring } from "../core/drawing.ts";
import type { Chance } from "../core/prng.ts";
import { QUIET as QUIET_PAYMENTS, START, drawRates as drawPaymentRates } from "../payments/rates.ts";
import type { Outage, Rates as PaymentRates } from "../payments/rates.ts";
import { NO_SQS_FAULTS } from "../queue/sqs.ts";
import type { SqsFaults } from "../queue/sqs.ts";
import type { QueueHabits } from "../queue/waiting-line.ts";

export interface Rates extends PaymentRates {
  readonly sqs: SqsFaults;
  readonly queue: QueueHabits;
  /** Files that can't be read or kept just now. */
  readonly filesDown: number;
  /** Requests of people at their desks, and answers to them, that get lost. */
  readonly clientLost: number;
  /** Runs of a schedule that come late, and that come twice. */
  readonly scheduleLate: number;
  readonly scheduleTwice: number;
}

const HOUR_MS = 3_600_000;

/** Worlds begin at noon in Nairobi; the days that they live through whole or in part. */
export { START } from "../payments/rates.ts";
export const DAYS = ["2026-11-21", "2026-11-22", "2026-11-23"] as const;
/** The first midnight in Nairobi, milliseconds after the world begins. */
export const MIDNIGHT_MS = 12 * HOUR_MS;
/** When a night's closing begins, milliseconds after its midnight (lib/constructs/day-pipeline.ts). */
export const CLOSING_MS = 2 * HOUR_MS;
/** When all faults stop, milliseconds after the world begins: ten in the morning of the third day. */
const CALM_MS = 46 * HOUR_MS;
/** When a whole statement is handed in, where the world has one. */
export const FINAL_MS = CALM_MS + HOUR_MS;
/** By then a statement that was handed in after all faults stopped is in its days. */
export const LOOK_MS = FINAL_MS + 90 * 60_000;
/** After the third night, when the last question has long been asked. */
export const END_MS = 67 * HOUR_MS;

export const QUIET: Rates = {
  ...QUIET_PAYMENTS,
  sqs: NO_SQS_FAULTS,
  queue: { twice: 0, longestDelayMs: 0 },
  filesDown: 0,
  clientLost: 0,
  scheduleLate: 0,
  scheduleTwice: 0,
};

/** The most that each rate may be which a world of payments does not have. */
const MOST = {
  sqs: { lostRequest: 0.1, lostAnswer: 0.1, refused: 0.2 },
  queue: { twice: 0.5, longestDelayMs: 20_000 },
  own: {
    filesDown: 0.1,
    clientLost: 0.15,
    scheduleLate: 0.5,
    scheduleTwice: 0.5,
  },
} as const;

/** What goes wrong `at` milliseconds after the world began. */
export const ratesAt = (world: { readonly rates: Rates; readonly outages: readonly Outage[] }, at: number): Rates =>
  at >= CALM_MS ? QUIET : ratesDuring<Rates>(world, at);

const SHARE = 0.5;

export const drawRates = (chance: Chance): Rates => {
  const rates = drawPaymentRates(chance);
  const sqs = drawAll(chance, MOST.sqs, SHARE);
  const { twice, longestDelayMs } = drawAll(chance, MOST.queue, SHARE);
  return {
    ...rates,
    sqs,
    queue: { twice, longestDelayMs: Math.floor(longestDelayMs) },
    ...drawAll(chance, MOST.own, SHARE),
  };
};

/** Epoch milliseconds at which nothing goes wrong any more. */
export const CALM_AT = START + CALM_MS;

/**
 * How often which thing goes wrong around payouts, and when nothing works at all somewhere. Every seed has a random part of
 * the faults at random rates, so that some worlds are nearly quiet and others break in one way alone.
 */
import { drawAll, drawn, ratesDuring } from "../core/drawing.ts";
import type { OutageOf } from "../core/drawing.ts";
import type { Chance } from "../core/prng.ts";
import { NO_FAULTS } from "../dynamo/link.ts";
import type { LinkFaults } from "../dynamo/link.ts";
import type { CallbackFaults, LineFaults } from "../payments/daraja-line.ts";
import type { LambdaFaults } from "../payments/lambda.ts";
import { NO_SQS_FAULTS } from "../queue/sqs.ts";
import type { SqsFaults } from "../queue/sqs.ts";
import type { QueueHabits } from "../queue/waiting-line.ts";

export interface Rates {
  readonly link: LinkFaults;
  readonly sqs: SqsFaults;
  readonly queue: QueueHabits;
  readonly line: LineFaults;
  readonly callbacks: CallbackFaults;
  readonly lambda: LambdaFaults;
  /** The longest that an index lags, milliseconds. */
  readonly lagMs: number;
  /** Requests to Daraja that arrive up to a minute after they were sent. */
  readonly lateRequest: number;
  /** Files that can't be read or kept just now. */
  readonly filesDown: number;
  /** Clients' requests and answers that get lost. */
  readonly clientLost: number;
  /** Results with a made-up token, per payout. */
  readonly forged: number;
  /** Runs of the schedule that come late, and that come twice. */
  readonly scheduleLate: number;
  readonly scheduleTwice: number;
}

export type Outage = OutageOf<Rates>;

const NO_LINE_FAULTS: LineFaults = { unconnected: 0, lostRequest: 0, lostAnswer: 0, slow: 0, brokenAnswer: 0 };

export const QUIET: Rates = {
  link: NO_FAULTS,
  sqs: NO_SQS_FAULTS,
  queue: { twice: 0, longestDelayMs: 0 },
  line: NO_LINE_FAULTS,
  callbacks: { lost: 0, unheard: 0 },
  lambda: { crash: 0, mostSkewMs: 0 },
  lagMs: 0,
  lateRequest: 0,
  filesDown: 0,
  clientLost: 0,
  forged: 0,
  scheduleLate: 0,
  scheduleTwice: 0,
};

/** When all faults stop, milliseconds after the world begins. */
export const FAULTS_STOP_MS = 40 * 60_000;

/** What goes wrong `at` milliseconds after the world began. */
export const ratesAt = (world: { readonly rates: Rates; readonly outages: readonly Outage[] }, at: number): Rates =>
  at >= FAULTS_STOP_MS ? QUIET : ratesDuring(world, at);

/** The most that each rate of a world may be. */
const MOST: Rates = {
  link: { throttled: 0.05, slow: 0.03, lostRequest: 0.01, lostAnswer: 0.03, conflict: 0.06, partial: 0.3 },
  sqs: { lostRequest: 0.1, lostAnswer: 0.1, refused: 0.2 },
  queue: { twice: 0.5, longestDelayMs: 20_000 },
  line: { unconnected: 0.08, lostRequest: 0.08, lostAnswer: 0.15, slow: 0.08, brokenAnswer: 0.08 },
  callbacks: { lost: 0.3, unheard: 0.2 },
  lambda: { crash: 0.01, mostSkewMs: 2_000 },
  lagMs: 5_000,
  lateRequest: 0.1,
  filesDown: 0.1,
  clientLost: 0.15,
  forged: 0.3,
  scheduleLate: 0.3,
  scheduleTwice: 0.2,
};

const SHARE = 0.4;

/** Clocks that are hardly wrong leave a rate's margin whole; those that are badly wrong are of interest elsewhere. */
const HARDLY_MS = 20;

export const drawRates = (chance: Chance): Rates => ({
  link: drawAll(chance, { ...MOST.link }, SHARE),
  sqs: drawAll(chance, { ...MOST.sqs }, SHARE),
  queue: drawAll(chance, { ...MOST.queue }, SHARE),
  line: drawAll(chance, { ...MOST.line }, SHARE),
  callbacks: drawAll(chance, { ...MOST.callbacks }, SHARE),
  lambda: {
    crash: drawn(chance, MOST.lambda.crash, SHARE),
    mostSkewMs: chance.happens(0.3) ? chance.between(HARDLY_MS, MOST.lambda.mostSkewMs) : HARDLY_MS,
  },
  ...drawAll(
    chance,
    {
      lagMs: MOST.lagMs,
      lateRequest: MOST.lateRequest,
      filesDown: MOST.filesDown,
      clientLost: MOST.clientLost,
      forged: MOST.forged,
      scheduleLate: MOST.scheduleLate,
      scheduleTwice: MOST.scheduleTwice,
    },
    SHARE,
  ),
});

/** Whether the rate that Safaricom grants can be kept: not by clocks that are far apart, nor where requests come late. */
export const keepsPace = ({ lambda, lateRequest }: Rates): boolean =>
  lambda.mostSkewMs <= HARDLY_MS && lateRequest === 0;

/** When things begin to happen, at the latest. */
export const SPREAD_MS = 10 * 60_000;

const drawOutage = (chance: Chance): Outage => {
  const from = chance.between(0, SPREAD_MS);
  const rates = chance.pick<Partial<Rates>>([
    { link: { ...NO_FAULTS, throttled: 1 } },
    { link: { ...NO_FAULTS, lostRequest: 1 } },
    { link: { ...NO_FAULTS, lostAnswer: 1 } },
    { sqs: { ...NO_SQS_FAULTS, lostRequest: 1 } },
    { sqs: { ...NO_SQS_FAULTS, lostAnswer: 1 } },
    { line: { ...NO_LINE_FAULTS, unconnected: 1 } },
    { line: { ...NO_LINE_FAULTS, lostAnswer: 1 } },
    { line: { ...NO_LINE_FAULTS, slow: 1 } },
    { callbacks: { lost: 1, unheard: 0 } },
    { filesDown: 1 },
  ]);
  return { from, until: from + chance.between(5_000, 240_000), rates };
};

export const drawOutages = (chance: Chance): readonly Outage[] =>
  Array.from({ length: chance.happens(0.5) ? chance.between(1, 2) : 0 }, () => drawOutage(chance));

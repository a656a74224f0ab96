/**
 * How often which thing goes wrong on the gateway's own side of a webhook, and when nothing works at all somewhere. What
 * receivers do is in spells.ts. Every seed has a random part of the faults at random rates. What must stay true: from
 * `faultsStopMs` on the gateway's own machines work.
 */
import { drawAll, drawn, ratesDuring } from "../core/drawing.ts";
import type { OutageOf } from "../core/drawing.ts";
import type { Chance } from "../core/prng.ts";
import { NO_FAULTS } from "../dynamo/link.ts";
import type { LinkFaults } from "../dynamo/link.ts";
import type { StreamHabits } from "../dynamo/stream.ts";
import type { LambdaFaults } from "../payments/lambda.ts";
import { NO_SQS_FAULTS } from "../queue/sqs.ts";
import type { SqsFaults } from "../queue/sqs.ts";
import type { QueueHabits } from "../queue/waiting-line.ts";

/** How often each thing goes wrong with one request to the archive, in [0, 1]. */
export interface ArchiveFaults {
  readonly lostRequest: number;
  readonly lostAnswer: number;
  /** Refused for S3's own reasons. */
  readonly down: number;
}

export interface Rates {
  readonly link: LinkFaults;
  readonly sqs: SqsFaults;
  readonly queue: QueueHabits;
  readonly stream: StreamHabits;
  readonly archive: ArchiveFaults;
  readonly lambda: LambdaFaults;
  /** The longest that an index lags, milliseconds. */
  readonly lagMs: number;
  /** Owners' and payers' requests and answers that get lost. */
  readonly clientLost: number;
  /** Looks of the clock that come late, and that come twice. */
  readonly scheduleLate: number;
  readonly scheduleTwice: number;
}

export type Outage = OutageOf<Rates>;

/** A stream is never quite at once. */
const STREAM_MS = 300;

export const QUIET: Rates = {
  link: NO_FAULTS,
  sqs: NO_SQS_FAULTS,
  queue: { twice: 0, longestDelayMs: 0 },
  stream: { again: 0, longestDelayMs: STREAM_MS },
  archive: { lostRequest: 0, lostAnswer: 0, down: 0 },
  lambda: { crash: 0, mostSkewMs: 0 },
  lagMs: 0,
  clientLost: 0,
  scheduleLate: 0,
  scheduleTwice: 0,
};

/** What goes wrong `at` milliseconds after the world began. */
export const ratesAt = (
  world: { readonly rates: Rates; readonly outages: readonly Outage[]; readonly faultsStopMs: number },
  at: number,
): Rates => (at >= world.faultsStopMs ? QUIET : ratesDuring(world, at));

/** The most that each rate of a world may be. */
const MOST: Rates = {
  link: { throttled: 0.05, slow: 0.03, lostRequest: 0.01, lostAnswer: 0.03, conflict: 0.06, partial: 0.3 },
  sqs: { lostRequest: 0.1, lostAnswer: 0.1, refused: 0.2 },
  queue: { twice: 0.5, longestDelayMs: 20_000 },
  stream: { again: 0.4, longestDelayMs: 15_000 },
  archive: { lostRequest: 0.1, lostAnswer: 0.2, down: 0.2 },
  lambda: { crash: 0.012, mostSkewMs: 2_000 },
  lagMs: 5_000,
  clientLost: 0.15,
  scheduleLate: 0.3,
  scheduleTwice: 0.2,
};

const SHARE = 0.4;

export const drawRates = (chance: Chance): Rates => {
  const group = <K extends string>(most: Readonly<Record<K, number>>): Record<K, number> =>
    drawAll(chance, most, SHARE);
  const { lagMs, clientLost, scheduleLate, scheduleTwice } = MOST;
  const stream = group({ ...MOST.stream });
  return {
    link: group({ ...MOST.link }),
    sqs: group({ ...MOST.sqs }),
    queue: group({ ...MOST.queue }),
    stream: { ...stream, longestDelayMs: Math.max(STREAM_MS, stream.longestDelayMs) },
    archive: group({ ...MOST.archive }),
    lambda: {
      crash: drawn(chance, MOST.lambda.crash, SHARE),
      mostSkewMs: chance.happens(SHARE) ? chance.between(1, MOST.lambda.mostSkewMs) : 0,
    },
    ...group({ lagMs, clientLost, scheduleLate, scheduleTwice }),
  };
};

/** When payments come, milliseconds after the world begins. */
export const SPREAD_MS = 8 * 60_000;

export const drawOutage = (chance: Chance): Outage => {
  const from = chance.between(0, SPREAD_MS);
  const rates = chance.pick<Partial<Rates>>([
    { link: { ...NO_FAULTS, throttled: 1 } },
    { link: { ...NO_FAULTS, lostRequest: 0.7 } },
    { link: { ...NO_FAULTS, lostAnswer: 0.7 } },
    { sqs: { ...NO_SQS_FAULTS, lostRequest: 1 } },
    { sqs: { ...NO_SQS_FAULTS, lostAnswer: 1 } },
    { archive: { lostRequest: 0, lostAnswer: 0, down: 1 } },
    { archive: { lostRequest: 0, lostAnswer: 1, down: 0 } },
  ]);
  return { from, until: from + chance.between(5_000, 240_000), rates };
};

/** When the gateway's own faults stop: mostly soon, sometimes while the far attempts are made. */
export const drawFaultsStop = (chance: Chance): number => chance.pick([40, 40, 6 * 60, 3 * 24 * 60]) * 60_000;

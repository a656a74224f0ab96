/** Pacing in virtual time: hours of payouts in seconds, the same for the same seed. */
import type { LaneRate } from "../functions/daraja/gcra.ts";
import type { Slots } from "../functions/daraja/pacing.ts";
import { createSlots } from "../functions/daraja/slots.ts";
import { memorySlots } from "../test/unit/daraja/shared-items.ts";
import { seededRandom, virtualTime } from "../test/unit/daraja/virtual-time.ts";
import { startBatch } from "./pacing-batch.ts";
import { WIRE_MS, countWindows, dispatch, farAway, startServer, until, wholeMilliseconds } from "./pacing-payouts.ts";
import type { Random, Time } from "./pacing-payouts.ts";

/** What the lanes plan for before they have measured anything, and at most. */
const GUESS = { jitterMs: 100, mostJitterMs: 250 } as const;
/** How long before its slot a call gets its turn. */
const AHEAD_MS = 100;
/** How far apart the dispatchers' clocks are, unless a scene says so. */
export const APART_MS = 40;
/** By how much one request's way to Daraja is longer than another's. */
const WAY_MS = WIRE_MS.most - WIRE_MS.least;

export interface Scene {
  /** Calls a second that Daraja grants. */
  readonly perSecond: number;
  readonly dispatchers: number;
  /** What has to be done before a call is written takes up to this long. */
  readonly jitterMs: number;
  /** Timers are late by up to this much, as on a machine that has no processor to spare. 0 unless given. */
  readonly stallMs?: number;
  /** Clocks are right, or ahead by this much. `APART_MS` unless given; the lane plans for it, and for the way. */
  readonly apartMs?: number;
  /** What the lane plans for instead, to see what happens when clocks differ by more. */
  readonly plannedApartMs?: number;
  /** Dispatchers die after a random time of this mean, in the middle of whatever they do; others take their places. */
  readonly lifeSeconds?: number;
  readonly seconds: number;
  /** Left out of the utilisation: the lane fills, and learns how late its calls start. */
  readonly warmUpSeconds: number;
  readonly seed: number;
  /** A while in which Daraja grants less, seconds from the start. */
  readonly strict?: { readonly from: number; readonly to: number; readonly perSecond: number };
  /** When a person pauses the batch that all payouts belong to, seconds from the start. */
  readonly pausedAt?: number;
}

/** A request that a dispatcher wrote, and when, seconds from the start. */
export interface Sent {
  readonly by: number;
  readonly at: number;
}

export interface Played {
  /** Calls a second between two moments, seconds from the start. */
  readonly rate: (from: number, to: number) => number;
  /** Starts in the steady part, as a share of what is granted. */
  readonly utilisation: number;
  readonly starts: number;
  readonly sent: readonly Sent[];
  readonly violations: number;
  readonly busiest: number;
  readonly writesPerStart: number;
  /** The margin in force at the end, milliseconds. */
  readonly marginMs: number;
  readonly throttled: number;
  readonly unmade: number;
}

/** Slots without a store, a network or a guess: what evenly spaced slots can do at best, at the same jitter. */
const perfectSlots = (time: Time, { perSecond, jitterMs }: LaneRate): Slots => {
  const everyMs = (1_000 + jitterMs) / perSecond;
  let next = 0;
  return {
    take: async () => {
      const at = Math.max(time.now(), next);
      next = at + everyMs;
      await time.wait(at - time.now());
      return "go";
    },
    throttled: () => Promise.resolve(),
  };
};

const laneOf = ({ perSecond, apartMs = APART_MS, plannedApartMs = apartMs }: Scene): LaneRate => {
  const { jitterMs, mostJitterMs } = GUESS;
  return { perSecond, jitterMs, measured: { aheadMs: AHEAD_MS, apartMs: plannedApartMs + WAY_MS, mostJitterMs } };
};

/** What all dispatchers of a scene share. */
const setUp = (scene: Scene, time: Time, random: Random) => {
  const began = time.now();
  const at = (seconds: number): number => began + seconds * 1_000;
  const { perSecond, jitterMs, strict, pausedAt } = scene;
  const server = startServer(time, random, strict && { ...strict, from: at(strict.from), to: at(strict.to) });
  const perfect = perfectSlots(time, { perSecond, jitterMs });
  const batch = pausedAt === undefined ? null : startBatch(time, random, at(pausedAt));
  return { at, server, perfect, batch, items: memorySlots(), sent: new Array<Sent>() };
};

type Shared = ReturnType<typeof setUp>;

/** Plays a scene with the gateway's slots, or with perfect ones. */
export const play = async (scene: Scene, paced: "as_built" | "perfectly" = "as_built"): Promise<Played> => {
  const { stallMs = 0, apartMs = APART_MS, lifeSeconds = Number.POSITIVE_INFINITY } = scene;
  const time = virtualTime();
  const random = seededRandom(scene.seed);
  const shared = setUp(scene, time, random);
  const { at, server, items } = shared;
  const rate = laneOf(scene);

  /** One process, from a clean start to its end or its death. Resolves with the calls that it gave up. */
  const live = (by: number, goneAt: number): Promise<number> => {
    const own = until(time, goneAt);
    const fastMs = apartMs * Math.round(random());
    const asBuilt = createSlots({
      items: farAway(items, own, random),
      rates: { stk: rate, query: rate, bulk: rate },
      clock: wholeMilliseconds(time, fastMs),
      wait: (ms) => own.wait(ms + random() * stallMs),
      log: () => undefined,
    });
    const fetch: typeof server.fetch = (...request) => {
      shared.sent.push({ by, at: (time.now() - at(0)) / 1_000 });
      return server.fetch(...request);
    };
    const slots = paced === "perfectly" ? shared.perfect : asBuilt;
    const gate = shared.batch === null ? {} : { gate: shared.batch.gateAt(fastMs) };
    return dispatch({ slots, fetch, time: own, fastMs, random, jitterMs: scene.jitterMs, ...gate }, at(scene.seconds));
  };
  const seat = async (by: number): Promise<number> => {
    let unmade = 0;
    do {
      const livesMs = 2_000 * lifeSeconds * random();
      const life = live(by, time.now() + livesMs);
      unmade += await (livesMs < Number.POSITIVE_INFINITY
        ? Promise.race([life, time.wait(livesMs).then(() => 0)])
        : life);
    } while (time.now() < at(scene.seconds));
    return unmade;
  };
  const seats = Array.from({ length: scene.dispatchers }, (_, by) => seat(by));
  await time.run((scene.seconds + 3_600) * 1_000);
  const unmade = (await Promise.all(seats)).reduce((sum, count) => sum + count, 0);
  return summary(scene, shared, { unmade, marginMs: items.paces.get("bulk")?.jitterMs ?? rate.jitterMs });
};

const summary = (
  scene: Scene,
  { at, server, items, sent }: Shared,
  ended: Pick<Played, "unmade" | "marginMs">,
): Played => {
  const { arrivals, throttled } = server;
  const between = (from: number, to: number) =>
    arrivals.filter((arrival) => arrival >= at(from) && arrival < at(to)).length / (to - from);
  return {
    rate: between,
    utilisation: between(scene.warmUpSeconds, scene.seconds) / scene.perSecond,
    starts: arrivals.length,
    sent,
    ...countWindows(arrivals, scene.perSecond),
    writesPerStart: items.writes / arrivals.length,
    throttled,
    ...ended,
  };
};

/**
 * The dispatchers, the network and the Daraja that pacing is measured with: the calls and the slots are the gateway's
 * own, everything around them is small, seeded, and lives on whatever clock it is given. What must stay true: the server
 * counts what reaches it, and knows nothing of slots.
 */
import { readSubmitAnswer } from "../functions/daraja/answers.ts";
import { makeCall } from "../functions/daraja/call.ts";
import type { CallDeps } from "../functions/daraja/call.ts";
import type { Fetch } from "../functions/daraja/exchange.ts";
import type { SlotItems, Slots } from "../functions/daraja/pacing.ts";

/** A clock with its waits: the real one or one that stands still until everybody waits. */
export interface Time {
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
}

/** What `Date.now` shows of it in a process whose clock is fast by `fastMs`. The server sees the true moments. */
export const wholeMilliseconds = (time: Time, fastMs = 0) => ({ now: (): number => Math.floor(time.now() + fastMs) });

/** Time as a process sees it that is gone from one moment to the next: what it waits for then never comes. */
export const until = (time: Time, goneAt: number): Time => ({
  now: time.now,
  wait: async (ms) => {
    if (time.now() + ms >= goneAt) await new Promise<never>(() => undefined);
    await time.wait(ms);
  },
});

export type Random = () => number;

/** One message of the queue after another in batches of this size, as SQS hands them to a function. */
const BATCH = 10;
/** Between the end of a batch and the next one. */
const POLL_MS = { least: 5, most: 25 } as const;
/** One conditional write, there and back. */
const WRITE_MS = { least: 3, most: 15 } as const;
/** Daraja's answer: log-normal around this median, a mean of 600 ms (`darajaLatencyMs` in assumptions.json). */
const SERVICE = { medianMs: 500, sigma: 0.6 } as const;
/** From the process to Daraja: no process can measure what a request's way adds to its jitter. */
export const WIRE_MS = { least: 20, most: 25 } as const;
/** A gateway that turns a call away does so at once. */
const TURNED_AWAY_MS = 20;
/** A function that is stopped after 15 minutes waits for a slot no longer than this. */
const CALL_TIME = { attemptMs: 12_000, totalMs: 90_000 } as const;

export const uniform = (random: Random, { least, most }: { least: number; most: number }): number =>
  least + random() * (most - least);

/** Log-normal, by the polar form of Box and Muller. */
const serviceMs = (random: Random): number => {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return SERVICE.medianMs * Math.exp(SERVICE.sigma * normal);
};

/** The most arrivals in any window of a second, its end not included, and how many exceed `perSecond` in theirs. */
export const countWindows = (arrivals: readonly number[], perSecond: number) => {
  const sorted = arrivals.toSorted((a, b) => a - b);
  let first = 0;
  let busiest = 0;
  let violations = 0;
  for (const [place, at] of sorted.entries()) {
    while ((sorted[first] ?? at) <= at - 1_000) first += 1;
    const inWindow = place - first + 1;
    busiest = Math.max(busiest, inWindow);
    if (inWindow > perSecond) violations += 1;
  }
  return { busiest, violations };
};

/** Daraja as the calls meet it. */
export interface Server {
  readonly fetch: Fetch;
  /** When each request arrived, epoch milliseconds. */
  readonly arrivals: number[];
  throttled: number;
}

const ACCEPTED = '{"MerchantRequestID":"m-1","CheckoutRequestID":"ws_CO_1","ResponseCode":"0"}';

/** Daraja's answer, when it comes. */
export const answerAfter = async (time: Time, random: Random): Promise<string> => {
  await time.wait(serviceMs(random));
  return ACCEPTED;
};

/** Answers after a while. Between `from` and `to` it grants only so many calls a second, and turns the others away. */
export const startServer = (
  time: Time,
  random: Random,
  strict?: { readonly from: number; readonly to: number; readonly perSecond: number },
): Server => {
  const granted: number[] = [];
  const turnsAway = (now: number): boolean => {
    if (!strict || now < strict.from || now >= strict.to) return false;
    const recent = granted.filter((at) => at > now - 1_000);
    granted.splice(0, granted.length, ...recent);
    if (recent.length >= strict.perSecond) return true;
    granted.push(now);
    return false;
  };
  const server: Server = {
    arrivals: [],
    throttled: 0,
    fetch: async () => {
      await time.wait(uniform(random, WIRE_MS));
      const now = time.now();
      server.arrivals.push(now);
      if (!turnsAway(now)) return new Response(await answerAfter(time, random));
      server.throttled += 1;
      await time.wait(TURNED_AWAY_MS);
      return new Response("", { status: 429 });
    },
  };
  return server;
};

/** Items at the end of a network. */
export const farAway = (items: SlotItems, time: Time, random: Random): SlotItems => {
  const away = async <T>(write: () => Promise<T>): Promise<T> => {
    const tookMs = uniform(random, WRITE_MS);
    await time.wait(tookMs / 2);
    const result = await write();
    await time.wait(tookMs / 2);
    return result;
  };
  return {
    advance: (lane, request) => away(() => items.advance(lane, request)),
    swap: (lane, change) => away(() => items.swap(lane, change)),
  };
};

export interface Dispatcher {
  readonly slots: Slots;
  readonly fetch: Fetch;
  readonly time: Time;
  /** How far its clock is ahead of the true time, milliseconds; 0 unless given. */
  readonly fastMs?: number;
  readonly random: Random;
  /** What a call has to do after its turn came, its release, takes up to this long, uniformly. */
  readonly jitterMs: number;
  /** Whether payouts may still leave; a new one for each delivery of messages. Always, unless given. */
  readonly gate?: () => () => Promise<boolean>;
}

/** Works through batches until `end` and until its last batch is answered. Resolves with the calls that were not made. */
export const dispatch = async (dispatcher: Dispatcher, end: number): Promise<number> => {
  const { slots, fetch, time, fastMs, random, jitterMs, gate = () => () => Promise.resolve(true) } = dispatcher;
  const deps: CallDeps = {
    baseUrl: "http://daraja.invalid",
    token: { get: () => Promise.resolve("token"), replace: () => Promise.resolve("token") },
    suspicion: { token: null, quietUntil: Number.POSITIVE_INFINITY },
    slots,
    fetch,
    clock: wholeMilliseconds(time, fastMs),
    wait: time.wait,
    random,
    log: () => undefined,
  };
  let unmade = 0;
  while (time.now() < end) {
    const mayLeave = gate();
    const called = await Promise.all(
      Array.from({ length: BATCH }, () =>
        makeCall(deps, {
          operation: "payout",
          lane: "bulk",
          path: "/payout",
          body: () => "{}",
          read: readSubmitAnswer,
          time: CALL_TIME,
          throttleRetries: 2,
          release: async () => {
            const may = await mayLeave();
            await time.wait(random() * jitterMs);
            return may;
          },
        }),
      ),
    );
    unmade += called.filter(({ came }) => came !== "answer").length;
    await time.wait(uniform(random, POLL_MS));
  }
  return unmade;
};

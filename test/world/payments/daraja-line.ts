/**
 * The wire between the gateway and the Daraja simulator's core, in both directions, under the world's clock. What must stay
 * true: a request that is called unconnected never reached the simulator; everything else may have been carried out, and the
 * simulator alone knows.
 */
import type { Fetch } from "../../../functions/daraja/exchange.ts";
import type { OutgoingRequest } from "../../../sandbox/daraja/core/exchange.ts";
import type { Simulator } from "../../../sandbox/daraja/core/simulator.ts";
import type { Chance } from "../core/prng.ts";
import type { VirtualTime } from "../core/virtual-time.ts";

/** How often each thing goes wrong with one request, in [0, 1]. */
export interface LineFaults {
  /** No connection: proof that nothing was sent. */
  readonly unconnected: number;
  readonly lostRequest: number;
  readonly lostAnswer: number;
  /** The answer takes up to 90 seconds. */
  readonly slow: number;
  /** 502 with HTML, after Daraja did what it was asked. */
  readonly brokenAnswer: number;
}

export interface LineParts {
  readonly simulator: () => Pick<Simulator, "handle">;
  readonly time: VirtualTime;
  readonly chance: Chance;
  readonly faults: () => LineFaults;
  readonly note: (what: string) => void;
  /** Told what was asked and answered, once the answer is there, whole. */
  readonly heard?: (url: string, asked: string, answered: string) => void;
}

const LATENCY_MS = { least: 40, most: 400 } as const;
const SLOWEST_MS = 90_000;
const ADDRESS = "10.0.0.1";

const failed = (cause: object): Error => new TypeError("fetch failed", { cause });
const unconnected = (): Error => failed({ code: "ECONNREFUSED", syscall: "connect" });
const reset = (): Error => failed({ code: "ECONNRESET", syscall: "read" });

const encoder = new TextEncoder();

/** A body that comes in one piece. */
const answered = (status: number, body: string): Pick<Response, "status" | "body"> => {
  let left: Uint8Array | null = encoder.encode(body);
  const next = (): Promise<IteratorResult<Uint8Array>> => {
    const value = left;
    left = null;
    return Promise.resolve(value === null ? { done: true, value: undefined } : { done: false, value });
  };
  const chunks = { [Symbol.asyncIterator]: () => ({ next }) };
  return { status, body: chunks as unknown as Response["body"] };
};

const rejectsOn = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error("aborted"));
    signal.addEventListener("abort", stop, { once: true });
  });

const pathOf = (url: string): string => url.replace(/^\w+:\/\/[^/]+/, "");
const shortName = (url: string): string => (/stkpushquery|stkpush|oauth/.exec(url) ?? ["daraja"])[0];

export const createLine = ({ simulator, time, chance, faults, note, heard }: LineParts): Fetch => {
  const travel = (): Promise<void> => time.wait(chance.between(LATENCY_MS.least, LATENCY_MS.most));

  const request = async (url: string, init: Parameters<Fetch>[1]): Promise<Pick<Response, "status" | "body">> => {
    const rates = faults();
    const told = (what: string): void => note(`${shortName(url)} ${what}`);
    if (chance.happens(rates.unconnected)) {
      told("not connected");
      throw unconnected();
    }
    await travel();
    if (chance.happens(rates.lostRequest)) {
      told("request lost");
      return rejectsOn(init.signal);
    }
    const { method, headers, body = "" } = init;
    const outcome = await simulator().handle({ method, path: pathOf(url), headers, body, remoteAddress: ADDRESS });
    if (outcome.holdMs !== undefined) await time.wait(outcome.holdMs);
    if (outcome.kind === "reset") throw reset();
    if (chance.happens(rates.slow)) {
      told("slow");
      await time.wait(chance.between(1_000, SLOWEST_MS));
    }
    if (chance.happens(rates.lostAnswer)) {
      told("answer lost");
      throw reset();
    }
    await travel();
    if (!chance.happens(rates.brokenAnswer)) {
      if (!init.signal.aborted) heard?.(url, body, outcome.body);
      return answered(outcome.status, outcome.body);
    }
    told("answer broken");
    return answered(502, "<html><body>Bad Gateway</body></html>");
  };
  return (url, init) => Promise.race([request(url, init), rejectsOn(init.signal)]);
};

/** What a callback's URL says. */
export const callbackParams = (url: string): { readonly id: string; readonly token: string } => {
  const [id = "", token = ""] = url.split("/").slice(-2);
  return { id, token };
};

/** How often a callback does not arrive, or its acknowledgement does not, in [0, 1]. */
export interface CallbackFaults {
  readonly lost: number;
  readonly unheard: number;
}

/** Takes a callback to the gateway: `knock` gives the status that it is answered with. */
export const createDelivery =
  (
    parts: Pick<LineParts, "time" | "chance" | "note"> & { readonly faults: () => CallbackFaults },
    knock: (request: OutgoingRequest) => Promise<number>,
  ) =>
  async (request: OutgoingRequest): Promise<{ readonly status: number }> => {
    const { time, chance, note } = parts;
    const rates = parts.faults();
    await time.wait(chance.between(LATENCY_MS.least, LATENCY_MS.most));
    if (chance.happens(rates.lost)) {
      note("callback lost");
      throw new Error("ETIMEDOUT");
    }
    const status = await knock(request);
    if (!chance.happens(rates.unheard)) return { status };
    note("acknowledgement lost");
    throw new Error("ECONNRESET");
  };

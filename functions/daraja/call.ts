/**
 * One call to Daraja with everything around it: a slot, a token, and another attempt where the first proves to have had
 * no effect. What must stay true: nothing is sent before the caller released it, nor outside a slot; a request is sent
 * again only on proof that M-PESA never saw it (a dead token, a throttled request), a bounded number of times, and only
 * while there is time for a whole answer; a token under suspicion costs its process one new token per quiet spell, never
 * a second sending.
 */
import type { Clock } from "../domain/clock.ts";
import { doubtsToken } from "./answers.ts";
import type { HttpAnswer, Reading, Setback } from "./answers.ts";
import { exchange } from "./exchange.ts";
import type { Fetch } from "./exchange.ts";
import type { Log } from "./log.ts";
import type { Lane, Slots, Turn } from "./pacing.ts";
import { TokenUnavailable } from "./token.ts";
import type { TokenSource } from "./token.ts";

/** What the calls of one process remember about their token. */
export interface Suspicion {
  /** The token that Daraja turned away without calling it dead: the next call replaces it. Null when there is none. */
  token: string | null;
  /** No token comes under suspicion before then, epoch milliseconds. */
  quietUntil: number;
}

export interface CallDeps {
  readonly baseUrl: string;
  readonly token: TokenSource;
  /** One object for all calls of a process, changed by them. */
  readonly suspicion: Suspicion;
  readonly slots: Slots;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
}

/** How long one attempt may take, and the whole call with its waits, milliseconds. */
export interface TimeAllowed {
  readonly attemptMs: number;
  readonly totalMs: number;
}

export interface Call<A> {
  readonly operation: string;
  readonly lane: Lane;
  readonly path: string;
  /** The body for one attempt; it carries a timestamp, so every attempt has its own. */
  readonly body: (at: number) => string;
  /** Reads the answer to one attempt. */
  readonly read: (http: HttpAnswer) => Reading<A>;
  readonly time: TimeAllowed;
  /** How often a throttled request is sent again. */
  readonly throttleRetries: number;
  /**
   * The last word before the first sending, asked once, when a slot and a token are at hand: whoever has to write down
   * that the request leaves does so here. False: nothing is sent. A rejection goes through to the caller; nothing was
   * sent then either. Later attempts of the same call don't ask again.
   */
  readonly release?: () => Promise<boolean>;
}

export type Called<A> =
  | { readonly came: "answer"; readonly answer: A; readonly unlistedCode: string | null }
  /** The gateway turned the last attempt away too. */
  | { readonly came: "setback"; readonly setback: Setback }
  /** Nothing came back. `sent: "no"` is proof that nothing left. */
  | { readonly came: "nothing"; readonly sent: "no" | "maybe"; readonly because: string }
  /** Nothing was sent: no token could be had. */
  | { readonly came: "no_token"; readonly failure: TokenUnavailable["failure"]; readonly because: string }
  /** Nothing was sent by the last attempt: the lane had no slot in time. It may have been released before. */
  | { readonly came: "no_slot" }
  /** Nothing was sent: it was not released. */
  | { readonly came: "withheld" };

const BACKOFF_MS = { first: 400, most: 3_000 } as const;

/** Waits before a throttled request is sent again: doubling, with jitter to keep processes apart. */
const backoffMs = (throttles: number, random: number): number =>
  Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** (throttles - 1)) * (0.5 + random);

/**
 * How long after a replacement no token is suspected: a new token that meets the same 401 is not what is wrong, and each
 * new token may kill the one that other processes use.
 */
const QUIET_MS = 5 * 60_000;

/** Sends once. The token never stays in what came back, where some products repeat it. */
const send = async <A extends { readonly answer: string }>(
  deps: CallDeps,
  call: Call<A>,
  { token, attempt }: { token: string; attempt: number },
): Promise<Extract<Called<A>, { came: "answer" | "setback" | "nothing" }>> => {
  const started = deps.clock.now();
  const came = await exchange(deps.fetch, {
    method: "POST",
    url: `${deps.baseUrl}${call.path}`,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: call.body(started),
    timeoutMs: call.time.attemptMs,
  });
  const done = (status: number, outcome: string): void =>
    deps.log("daraja.called", {
      operation: call.operation,
      attempt,
      outcome,
      status,
      tookMs: deps.clock.now() - started,
    });
  if (came.got === "nothing") {
    done(0, came.because);
    return { came: "nothing", sent: came.sent, because: came.because };
  }
  const { status, body } = came.http;
  if (doubtsToken(came.http) && started >= deps.suspicion.quietUntil) deps.suspicion.token = token;
  const reading = call.read({ status, body: body.replaceAll(token, "***") });
  if ("setback" in reading) {
    done(status, reading.setback.kind);
    return { came: "setback", setback: reading.setback };
  }
  done(status, reading.answer.answer);
  if (reading.slowDown) await deps.slots.throttled(call.lane);
  return { came: "answer", answer: reading.answer, unlistedCode: reading.unlistedCode };
};

/** What the attempts so far have met. */
interface Met {
  /** The token that Daraja called dead; at most one per call. */
  dead: string | null;
  throttles: number;
}

type NotReady = Extract<Called<never>, { came: "no_token" | "no_slot" | "withheld" }>;

/** What an attempt needs. */
interface Ready {
  readonly token: string;
  readonly turn: Exclude<Turn, "too_late">;
}

/** A token that Daraja has not called dead. Every call that finds the suspect replaces it: one fetch serves them all. */
const aliveToken = async ({ token, suspicion, clock }: CallDeps, dead: string | null): Promise<string> => {
  const replaced = dead ?? suspicion.token;
  if (replaced === null) return token.get();
  const fresh = await token.replace(replaced);
  if (suspicion.token === replaced) {
    suspicion.token = null;
    suspicion.quietUntil = clock.now() + QUIET_MS;
  }
  return fresh;
};

/** Gets what an attempt needs: a token, then a slot that leaves time for a whole answer. */
const prepare = async (
  deps: CallDeps,
  lane: Lane,
  { dead, lastStart }: { dead: string | null; lastStart: number },
): Promise<Ready | NotReady> => {
  try {
    const token = await aliveToken(deps, dead);
    if (deps.clock.now() > lastStart)
      return { came: "no_token", failure: "daraja_unavailable", because: "the token came too late" };
    const turn = await deps.slots.take(lane, lastStart);
    return turn === "too_late" ? { came: "no_slot" } : { token, turn };
  } catch (fault) {
    const failure = fault instanceof TokenUnavailable ? fault.failure : "daraja_unavailable";
    return { came: "no_token", failure, because: fault instanceof TokenUnavailable ? fault.message : "no token" };
  }
};

/** Slots that one attempt may let go by before it counts as having none. */
const MOST_MISSED = 5;

/** Whether the request may be written now: in the slot at hand or, when that went by, in another. */
const inSlot = async (deps: CallDeps, lane: Lane, { turn, lastStart }: { turn: Turn; lastStart: number }) => {
  let current = turn;
  for (let missed = 0; missed < MOST_MISSED; missed += 1) {
    if (current === "too_late" || deps.clock.now() > lastStart) return false;
    if (current === "go" || (await current.start())) return true;
    current = await deps.slots.take(lane, lastStart);
  }
  return false;
};

/** Takes a setback in; true when the request may be sent once more. */
const recover = async <A>(
  deps: CallDeps,
  call: Call<A>,
  { setback, met }: { setback: Setback; met: Met },
): Promise<boolean> => {
  if (setback.kind === "token_dead") return met.dead === null;
  met.throttles += 1;
  await deps.slots.throttled(call.lane);
  if (met.throttles > call.throttleRetries) return false;
  await deps.wait(backoffMs(met.throttles, deps.random()));
  return true;
};

const notSent = (deps: CallDeps, operation: string, notReady: NotReady): NotReady => {
  const words = { no_slot: "no slot in time", withheld: "not released" };
  const because = notReady.came === "no_token" ? notReady.because : words[notReady.came];
  deps.log("daraja.not_sent", { operation, because });
  return notReady;
};

/** Makes the call. Rejects with nothing that upstream could cause, only with what `release` rejects with. */
export const makeCall = async <A extends { readonly answer: string }>(
  deps: CallDeps,
  call: Call<A>,
): Promise<Called<A>> => {
  const lastStart = deps.clock.now() + call.time.totalMs - call.time.attemptMs;
  const met: Met = { dead: null, throttles: 0 };
  for (let attempt = 1; ; attempt += 1) {
    const ready = await prepare(deps, call.lane, { dead: met.dead, lastStart });
    if (!("token" in ready)) return notSent(deps, call.operation, ready);
    if (attempt === 1 && call.release && !(await call.release()))
      return notSent(deps, call.operation, { came: "withheld" });
    if (!(await inSlot(deps, call.lane, { turn: ready.turn, lastStart })))
      return notSent(deps, call.operation, { came: "no_slot" });
    const called = await send(deps, call, { token: ready.token, attempt });
    if (called.came !== "setback") return called;
    const again = await recover(deps, call, { setback: called.setback, met });
    if (!again || deps.clock.now() > lastStart) return called;
    if (called.setback.kind === "token_dead") met.dead = ready.token;
  }
};

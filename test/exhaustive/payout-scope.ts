/**
 * The payout, small and whole: two dispatchers with the same message, its result twice, a queue timeout, sweeps that ask
 * and send again, and the answer to a question, all of them the gateway's own functions. Any of them may die before any
 * call, and any call may fail or be carried out unheard; M-PESA refuses a name that it has taken before.
 */
import { keepResult } from "../../functions/callbacks/payout-result.ts";
import type { PayoutKind } from "../../functions/callbacks/payout-result.ts";
import type { PayoutDaraja } from "../../functions/daraja/payout-client.ts";
import { transactionId } from "../../functions/domain/ids.ts";
import { shillings } from "../../functions/domain/money.ts";
import { Msisdn } from "../../functions/domain/msisdn.ts";
import { PAYOUT_MOVES } from "../../functions/domain/payout-states.ts";
import { askStatus } from "../../functions/payouts/ask-status.ts";
import { createGate } from "../../functions/payouts/gate.ts";
import { recordPayout } from "../../functions/payouts/record-payout.ts";
import { sendPayout } from "../../functions/payouts/send-payout.ts";
import { createBatchLedger } from "../../functions/store/dynamo-batches.ts";
import { createLaneLedger } from "../../functions/store/dynamo-lanes.ts";
import { createPayoutLedger } from "../../functions/store/dynamo-payouts.ts";
import type { PayoutLedger } from "../../functions/store/payout-ledger.ts";
import { chasePayout } from "../../functions/workers/chase-payout.ts";
import { dispatchPayouts } from "../../functions/workers/dispatch-payouts.ts";
import { START, asDynamo, createBooks, silent, unhindered } from "./books.ts";
import type { Books } from "./books.ts";
import type { Scope } from "./explore.ts";
import type { Actor, Gate, Life } from "./machine.ts";
import { OPERATOR, PAYOUT_PHONE, PAYOUT_SHILLINGS_PAID, createPayoutDesk } from "./payout-desk.ts";
import type { PayoutDesk } from "./payout-desk.ts";
import { payoutViolations } from "./payout-ending.ts";

/** How a planted bug changes what the processes are made of. */
export interface PayoutBug {
  readonly ledger?: (ledger: PayoutLedger) => PayoutLedger;
  readonly daraja?: (daraja: PayoutDaraja) => PayoutDaraja;
}

/** Who acts. */
export interface PayoutCast {
  readonly dispatchers: 0 | 1 | 2;
  readonly results: 0 | 1 | 2;
  readonly timeout: boolean;
  /** Sweeps, each two minutes after the one before. */
  readonly sweeps: 0 | 1 | 2 | 3;
  /** Answers to questions that arrive. */
  readonly answers: 0 | 1;
  /**
   * Begins after a first sending whose answer was lost and two questions that nobody answered: the sweep may send again.
   * `taken`: M-PESA took that first sending.
   */
  readonly begun?: { readonly taken: boolean };
  /** The two dispatchers and the two results come at one instant, and nothing tells one from the other. */
  readonly hasTwins?: boolean;
}

const SHORTCODE = "600992";
const MINUTE_MS = 60_000;
const REMAINING_MS = 300_000;
/** When the second sending of a payout that has begun may leave. */
const LATER_MS = 10 * MINUTE_MS;

const PAYOUT = transactionId("pyo", { storefront: "shop", operation: "start_payout", key: "payout-1" });

interface Outside {
  readonly books: Books;
  readonly desk: PayoutDesk;
  readonly bug: PayoutBug;
}

/** What one process holds, put together as functions/wiring-payouts.ts does it. */
const process = ({ books, desk, bug }: Outside, name: string, { gate: call, at }: { gate: Gate; at: number }) => {
  const clock = { now: () => at };
  const deps = books.ledgerDeps(name, { dynamo: asDynamo(books.send(call)), now: clock.now });
  const plain = createPayoutLedger(deps);
  const payouts = bug.ledger?.(plain) ?? plain;
  const [batches, lanes] = [createBatchLedger(deps), createLaneLedger(deps)];
  const plainDaraja = desk.daraja(call);
  const daraja = bug.daraja?.(plainDaraja) ?? plainDaraja;
  const base = { clock, log: silent, count: () => undefined, random: () => 0.5 };
  // Nothing in this scope complains about the operator, so nothing may trip the lane.
  const trip = (): never => {
    throw new Error("the lane was tripped");
  };
  const handBack = (): Promise<boolean> => Promise.resolve(true);
  const record = recordPayout({ ledger: payouts, batches, trip, handBack, ...base });
  const firstCheck = (now: number): number => now + MINUTE_MS;
  const send = sendPayout({ ledger: payouts, daraja, record, trip, firstCheck, ...base });
  const status = askStatus({ lanes, daraja, log: silent });
  const shortcode = (): Promise<string> => Promise.resolve(SHORTCODE);
  const gate = (ids: readonly string[]) => createGate({ batches, lanes, shortcode, clock }, ids);
  return { ...base, payouts, batches, lanes, record, send, trip, handBack, status, gate };
};

/** When it is, and what its invocation is called. */
interface Invoked {
  readonly at: number;
  readonly requestId: string;
}

const dispatches =
  (outside: Outside, name: string, { at, requestId }: Invoked) =>
  (gate: Gate) => {
    const parts = process(outside, name, { gate, at });
    const dispatch = dispatchPayouts({
      ...parts,
      ledger: parts.payouts,
      initiator: () => Promise.resolve(OPERATOR),
      prove: () => Promise.reject(new Error("the operator is proven")),
    });
    return dispatch([{ message: { payout: PAYOUT }, times: 1 }], { requestId, remainingMs: () => REMAINING_MS });
  };

interface Heard extends Invoked {
  readonly kind: PayoutKind;
  readonly body: () => string;
}

const hears =
  (outside: Outside, name: string, { at, requestId, kind, body }: Heard) =>
  async (gate: Gate) => {
    const { record, status, log, count } = process(outside, name, { gate, at });
    const raw = body();
    const keep = keepResult({ record, askStatus: status, log, count, onUnlistedCode: () => undefined } as never, kind);
    await keep({ id: PAYOUT, raw, isListed: true, at, requestId });
    return raw;
  };

/** One look of the sweep at the payout, if it is due by then. */
const chases = (outside: Outside, name: string, at: number) => async (gate: Gate) => {
  const parts = process(outside, name, { gate, at });
  const payout = await parts.payouts.read(PAYOUT);
  if (payout?.check === undefined || payout.check === null || payout.check.at > at) return "not due";
  const chase = chasePayout({
    ...parts,
    askStatus: parts.status,
    payoutQueue: { send: () => Promise.resolve() },
    intervalMs: () => MINUTE_MS,
  });
  return chase({ requestId: name, mayAsk: () => Promise.resolve(true) }, payout);
};

const actors = (outside: Outside, cast: PayoutCast): readonly Actor[] => {
  const { desk } = outside;
  const later = cast.begun ? LATER_MS : 0;
  const lambda = (name: string, live: Actor["live"], isReady = (): boolean => true): Actor => ({
    ...{ name, live, isReady },
    isMortal: true,
  });
  const at = (ms: number): number => START + later + ms;
  const { hasTwins = false } = cast;
  const twin = (actor: Actor): Actor => (hasTwins ? { ...actor, twin: actor.name.split(" ", 1).join() } : actor);
  const called = (name: string): string => (hasTwins ? name.split(" ", 1).join() : name);
  const dispatcher = (name: string): Actor =>
    twin(lambda(name, dispatches(outside, name, { at: at(0), requestId: called(name) })));
  const result = (name: string, place: number): Actor => {
    const told = { at: at(10_000 + (hasTwins ? 0 : place)), requestId: called(name), kind: "b2c" } as const;
    return twin(lambda(name, hears(outside, name, { ...told, body: desk.result }), desk.hasEnded));
  };
  const tell = (name: string, ms: number, told: Pick<Heard, "kind" | "body">): Actor["live"] =>
    hears(outside, name, { at: at(ms), requestId: name, ...told });
  const timeout = tell("timeout", 11_000, { kind: "b2c-late", body: desk.timeout });
  const answer = tell("answer", 200_000, { kind: "status", body: desk.answer });
  return [
    ...["dispatcher A", "dispatcher B"].slice(0, cast.dispatchers).map(dispatcher),
    ...["sweep 1", "sweep 2", "sweep 3"]
      .slice(0, cast.sweeps)
      .map((name, place) => lambda(name, chases(outside, name, at((place + 1) * 2 * MINUTE_MS)))),
    ...["result 1", "result 2"].slice(0, cast.results).map(result),
    ...(cast.timeout ? [lambda("timeout", timeout, desk.isTaken)] : []),
    ...(cast.answers === 1 ? [lambda("answer", answer, desk.isQuestioned)] : []),
    { name: "M-PESA", isMortal: false, isReady: desk.isTaken, live: desk.decides },
  ];
};

const open = async (outside: Outside): Promise<void> => {
  const { payouts, lanes } = process(outside, "opening", { gate: unhindered, at: START });
  await lanes.changeLane(await lanes.lane(SHORTCODE), { halt: null, provenFor: OPERATOR, probe: null });
  await payouts.open({
    ...{ id: PAYOUT, storefront: "shop", shortcode: SHORTCODE, kind: "business", reference: "OUT-1", remarks: "" },
    amount: shillings(PAYOUT_SHILLINGS_PAID),
    phone: Msisdn.parse(PAYOUT_PHONE),
    metadata: {},
    fingerprint: "ab".repeat(32),
    openedBy: "key:key_scope",
    requestId: "opening",
    createdAt: START,
    batch: null,
    checkAt: START + MINUTE_MS / 2,
  });
};

/** A sending whose answer was lost, then questions that were never answered. */
const beginSending = async (outside: Outside, taken: boolean): Promise<void> => {
  outside.desk.loseNextSending(taken);
  const first = { at: START, requestId: "first dispatcher" };
  await dispatches(outside, first.requestId, first)(unhindered);
  for (const minutes of [2, 4])
    await chases(outside, `sweep after ${minutes}`, START + minutes * MINUTE_MS)(unhindered);
};

const HOUR_MS = 60 * MINUTE_MS;

/** Sweeps long after the last fault, with M-PESA's answers; the last of them hands over what nobody told. */
const comeToRest = async (outside: Outside): Promise<void> => {
  for (const hours of [1, 2, 60]) {
    const before = outside.desk.questions();
    await chases(outside, `sweep, ${hours} hours later`, START + hours * HOUR_MS)(unhindered);
    outside.desk.comeToAnEnd();
    if (outside.desk.questions() === before) continue;
    const requestId = `answer, ${hours} hours later`;
    const told = { at: START + hours * HOUR_MS + 1_000, requestId, kind: "status" } as const;
    await hears(outside, requestId, { ...told, body: outside.desk.answer })(unhindered);
  }
};

export const payoutScope = (cast: PayoutCast, bug: PayoutBug = {}): Scope => ({
  name: "the payout",
  begin: async (): Promise<Life> => {
    const books = createBooks({ prefix: "pyo_", moves: PAYOUT_MOVES });
    const desk = createPayoutDesk(books.wrong);
    const outside = { books, desk, bug };
    await open(outside);
    if (cast.begun) await beginSending(outside, cast.begun.taken);
    return {
      actors: actors(outside, cast),
      fingerprint: () => `${desk.fingerprint()}\n${books.fingerprint()}`,
      wrong: books.wrong,
      end: async (endings) => {
        await comeToRest(outside);
        return [...books.wrong, ...payoutViolations({ items: books.all(), desk, endings })];
      },
    };
  },
});

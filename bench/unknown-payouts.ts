/**
 * How long after M-PESA knows the end of a payout the gateway knows it too, when nobody tells: the answer to the sending or
 * its result got lost, and every question before that moment finds it still open. The sweep's own code and schedule, on a
 * clock that jumps from one sweep to the next.
 */
import { firstPayoutCheck } from "../functions/domain/payout-schedule.ts";
import type { PayoutFinding } from "../functions/domain/payout.ts";
import { Msisdn } from "../functions/domain/msisdn.ts";
import type { Log } from "../functions/runtime/logger.ts";
import { chasePayout } from "../functions/workers/chase-payout.ts";
import type { ChaseDeps } from "../functions/workers/chase-payout.ts";
import { stageFor } from "../lib/stages.ts";
import type { StageName } from "../lib/stage.ts";
import { hearPayout, newPayout, weighPayoutEvidence } from "../test/laws/payout-arbitraries.ts";
import { seededRandom } from "../test/unit/daraja/virtual-time.ts";
import { atMost, median } from "./line.ts";
import type { Line } from "./line.ts";

const PAYOUTS = 2_000;
const MINUTE_MS = 60_000;
/** Results come to be known at any moment up to here, evenly, where the sweep runs each minute; sooner where it runs oftener. */
const KNOWN_WITHIN_MS = 30 * MINUTE_MS;
/** From a question about a payout to its answer, which comes as a callback. */
const ANSWER_MS = 5_000;
/** A sending whose answer is lost is given up after this. */
const GIVEN_UP_MS = 12_000;
const MOST_MEDIAN_S = 90;
const PHONE = Msisdn.parse("254712345149");
const quiet = (): void => undefined;
const SILENT: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

export interface Unknown {
  readonly intervalMs: number;
  /** When M-PESA knows, milliseconds after it was sent. */
  readonly knownMs: number;
  /** Daraja's answer got lost, so the payout is sent again in between; else its result. */
  readonly lost: "answer" | "result";
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export interface Resolved {
  /** From M-PESA's knowledge to ours; null when the questions ended before that. */
  readonly afterMs: number | null;
  readonly questions: number;
}

/** A payout on the ledger, and time. */
const sentPayout = ({ intervalMs, lost, random }: Unknown) => {
  const sentAt = newPayout().createdAt;
  const state = { payout: newPayout(), now: sentAt };
  const hear = (finding: PayoutFinding): void => {
    const from = { source: "sweep", at: state.now, by: "bench", requestId: "bench", raw: null } as const;
    state.payout = hearPayout(state.payout, weighPayoutEvidence({ ...finding, ...from }));
  };
  const claim = (again: boolean): void =>
    hear({ finding: "claimed", again, checkAt: firstPayoutCheck({ at: state.now, intervalMs, jitter: random() }) });
  claim(false);
  state.now = sentAt + GIVEN_UP_MS;
  hear(
    lost === "answer" ? { finding: "unknown", because: "timeout" } : { finding: "accepted", conversationId: "AG_1" },
  );
  return { state, sentAt, hear, claim };
};

/** Chases one payout from its sending until somebody has asked after its end was known. */
export const resolve = async (unknown: Unknown): Promise<Resolved> => {
  const { intervalMs, knownMs, random } = unknown;
  const { state, sentAt, hear, claim } = sentPayout(unknown);
  const asked: { questions: number; answeredAt: number | null } = { questions: 0, answeredAt: null };
  const deps: ChaseDeps = {
    payouts: {
      postpone: (_, __, next) => {
        state.payout = { ...state.payout, check: next };
        return Promise.resolve(true);
      },
      readToSend: () => Promise.resolve([{ payout: state.payout, phone: PHONE }]),
    },
    record: (_, evidence) => {
      hear(evidence);
      return Promise.resolve({ recorded: "changed", payout: state.payout, exception: null });
    },
    send: () => {
      claim(true);
      hear({ finding: "accepted", conversationId: null }); // Daraja refuses the name: it has it
      return Promise.resolve({ sent: "yes" });
    },
    gate: () => () => Promise.resolve("go"),
    askStatus: () => {
      asked.questions += 1;
      if (state.now >= sentAt + knownMs) asked.answeredAt = state.now + ANSWER_MS;
      return Promise.resolve(true);
    },
    payoutQueue: { send: () => Promise.reject(new Error("it was sent already")) },
    clock: { now: () => state.now },
    log: SILENT,
    random,
    intervalMs: () => intervalMs,
  };
  const run = { requestId: "bench", mayAsk: () => Promise.resolve(true) };
  for (let at = sentAt + random() * intervalMs; asked.answeredAt === null; at += intervalMs) {
    if (state.payout.check === null) return { afterMs: null, questions: asked.questions };
    if (at < state.now || at < state.payout.check.at) continue;
    state.now = at;
    await chasePayout(deps)(run, state.payout);
  }
  return { afterMs: asked.answeredAt - sentAt - knownMs, questions: asked.questions };
};

const seconds = (value: number): string => `${value.toFixed(0)} s`;

/** Many unknown payouts in one stage. Those whose questions ended are counted apart and left out of the median. */
const resolveMany = async (stage: StageName, withinMs: number) => {
  const intervalMs = stageFor(stage).sweepIntervalSeconds * 1_000;
  const random = seededRandom(1);
  const after: number[] = [];
  let questions = 0;
  for (let number = 0; number < PAYOUTS; number += 1) {
    const lost = number % 2 === 0 ? "answer" : "result";
    const resolved = await resolve({ intervalMs, knownMs: random() * withinMs, lost, random });
    questions += resolved.questions;
    if (resolved.afterMs !== null) after.push(resolved.afterMs / 1_000);
  }
  const p95 = after.toSorted((a, b) => a - b)[Math.ceil(0.95 * after.length) - 1] ?? Number.NaN;
  return { middle: median(after), p95, never: PAYOUTS - after.length, questions: questions / PAYOUTS, intervalMs };
};

const unknownLine = async (stage: StageName): Promise<Line> => {
  const everyS = stageFor(stage).sweepIntervalSeconds;
  const withinMs = KNOWN_WITHIN_MS * Math.min(1, (everyS * 1_000) / MINUTE_MS);
  const { middle, p95, never, questions } = await resolveMany(stage, withinMs);
  const what = `unknown payouts resolved after M-PESA knows, median, sweep each ${everyS} s (${stage})`;
  const assumed = `known at a random moment of the first ${(withinMs / MINUTE_MS).toFixed(1)} min, no callback, ${ANSWER_MS / 1_000} s for an answer`;
  const note = `95 of 100 within ${seconds(p95)}, ${never} of ${PAYOUTS} never, ${questions.toFixed(1)} questions each; ${assumed}`;
  return atMost({ section: "Batches", what, note }, { measured: middle, most: MOST_MEDIAN_S, show: seconds });
};

/** How soon unknown payouts are resolved where money is real, and on a laptop. */
export const unknownLines = async (): Promise<readonly Line[]> => [
  await unknownLine("production"),
  await unknownLine("local"),
];

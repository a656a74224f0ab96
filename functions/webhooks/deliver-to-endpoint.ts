/**
 * Sends what is waiting for one endpoint. What must stay true: an endpoint is called by a few at a time, and by one alone
 * while it lets callers wait in vain, so that it holds nobody else up; what had to wait for its turn lost no attempt.
 */
import type { Clock } from "../domain/clock.ts";
import { afterAttempt, waitedAt } from "../domain/webhook-delivery.ts";
import type { Pace } from "../domain/webhook-delivery.ts";
import type { WebhookEndpoint } from "../domain/webhook-endpoint.ts";
import { failingAfterMs } from "../domain/webhook-schedule.ts";
import type { Verdict } from "../runtime/consumer.ts";
import type { Log } from "../runtime/logger.ts";
import type { Measure } from "../runtime/metrics.ts";
import { eachAtMost } from "../store/each-at-most.ts";
import type { Health, KeptDelivery, TurnAnswer, WebhookTurns } from "../store/webhook-ledger.ts";
import type { AttemptDelivery } from "./attempt-delivery.ts";
import type { ChangeDelivery } from "./change-delivery.ts";
import type { DisableEndpoint } from "./disable-endpoint.ts";

export interface DeliverDeps {
  readonly turns: Pick<WebhookTurns, "take" | "giveBack">;
  readonly attempt: AttemptDelivery;
  readonly change: ChangeDelivery;
  readonly disable: DisableEndpoint;
  readonly newHolder: () => string;
  readonly wait: (ms: number) => Promise<void>;
  readonly clock: Clock;
  readonly log: Pick<Log, "info" | "error">;
  readonly measure: Measure;
  /** In [0, 1). */
  readonly random: () => number;
  readonly intervalMs: () => number;
}

/** Requests at a time within one turn. */
const AT_ONCE = 3;
/** An attempt and its record take less; with less time left none is begun. */
const ATTEMPT_MS = 16_000;
/** As long as a run may take: a turn is never taken over while its holder still calls. */
const TURN_MS = 60_000;
/** An answer that took so long is as bad as none: whoever waits for it holds a place. */
const SLOW_MS = 8_000;
/** A turn lasts a moment where all is well, so it is asked for a few times, so far apart (milliseconds), at most. */
const TURN_TRIES = 5;
const TURN_WAIT_MS = 150;
/**
 * A message whose endpoint is busy comes again after as many seconds as it has come times, up to this, and up to as many
 * more: a long backlog is not asked for again and again.
 */
const MOST_BUSY_SECONDS = 30;

const DONE: Verdict = { verdict: "done" };
const FAILED: Verdict = { verdict: "failed" };

type Seen = { -readonly [Key in keyof Health]: Health[Key] } & { gone: boolean };

/** Sends one delivery and keeps what became of it; adds to what was `seen` of the endpoint. */
const createSend = (deps: DeliverDeps, endpoint: WebhookEndpoint, seen: Seen) => {
  const pace = (): Pace => ({ intervalMs: deps.intervalMs(), jitter: deps.random() });
  const putOff = async (delivery: KeptDelivery): Promise<void> => {
    const dueAt = waitedAt(deps.clock.now(), pace());
    // Whoever had the same message twice may have made the attempt: then it is due when that attempt says.
    const isUntouched = (current: KeptDelivery): boolean =>
      current.status === "pending" && current.made === delivery.made;
    await deps.change(delivery, (current) => (isUntouched(current) ? { ...current, dueAt } : null));
  };
  const send = async (delivery: KeptDelivery): Promise<void> => {
    const attempt = await deps.attempt(delivery, endpoint);
    const { result, status, ms } = attempt;
    seen.gone ||= result === "gone";
    seen.hung ||= result === "timed_out" || ms >= SLOW_MS;
    seen.succeeded ||= result === "delivered";
    seen.failed ||= result !== "delivered";
    deps.log.info("webhook.attempted", { delivery: delivery.id, endpoint: endpoint.id, result, status, ms });
    if (result === "delivered")
      deps.measure({
        values: { WebhookTime: Math.max(0, deps.clock.now() - delivery.createdAt) },
        code: null,
        at: deps.clock.now(),
      });
    const chance = pace();
    await deps.change(delivery, (current) => afterAttempt(current, attempt, chance));
  };
  return { putOff, send };
};

const takeTurn = async ({ turns, newHolder, clock, wait, random }: DeliverDeps, id: string): Promise<TurnAnswer> => {
  const holder = newHolder();
  for (let tries = 1; ; tries += 1) {
    const answer = await turns.take(id, { holder, until: clock.now() + TURN_MS });
    if (answer.taken || answer.hanging || tries >= TURN_TRIES) return answer;
    await wait(TURN_WAIT_MS * random());
  }
};

/** Verdicts by delivery. */
export type Verdicts = ReadonlyMap<string, Verdict>;

/** The run of the function, and how often each delivery's message has come. */
export interface DeliverRun {
  readonly remainingMs: () => number;
  readonly timesOf: (delivery: string) => number;
}

export const deliverToEndpoint =
  (deps: DeliverDeps) =>
  async (
    endpoint: WebhookEndpoint,
    waiting: readonly KeptDelivery[],
    { remainingMs, timesOf }: DeliverRun,
  ): Promise<Verdicts> => {
    const verdicts = new Map<string, Verdict>();
    const seen: Seen = { succeeded: false, failed: false, hung: false, gone: false };
    const { putOff, send } = createSend(deps, endpoint, seen);
    const dealWith = async (delivery: KeptDelivery, work: (delivery: KeptDelivery) => Promise<void>): Promise<void> => {
      try {
        await work(delivery);
        verdicts.set(delivery.id, DONE);
      } catch (fault) {
        deps.log.error("webhook.item_failed", { delivery: delivery.id }, fault);
        verdicts.set(delivery.id, FAILED);
      }
    };
    const answer = await takeTurn(deps, endpoint.id);
    if (!answer.taken && !answer.hanging) {
      const comeAgain = (times: number): Verdict => ({
        verdict: "again",
        afterSeconds: Math.min(times, MOST_BUSY_SECONDS) * (1 + deps.random()),
      });
      return new Map(waiting.map(({ id }) => [id, comeAgain(timesOf(id))]));
    }
    if (!answer.taken) {
      await eachAtMost(AT_ONCE, waiting, (delivery) => dealWith(delivery, putOff));
      return verdicts;
    }
    const one = (delivery: KeptDelivery): Promise<void> =>
      dealWith(delivery, seen.hung || seen.gone || remainingMs() < ATTEMPT_MS ? putOff : send);
    const first = answer.hanging ? waiting.slice(0, 1) : [];
    await eachAtMost(1, first, one);
    await eachAtMost(AT_ONCE, waiting.slice(first.length), one);
    await endTurn(deps, endpoint, { turn: answer.turn, seen });
    return verdicts;
  };

/** Lets the next one, and disables an endpoint that wants nothing any more or that nothing gets through to. */
const endTurn = async (
  { turns, disable, clock, intervalMs }: DeliverDeps,
  endpoint: WebhookEndpoint,
  { turn, seen }: { readonly turn: Parameters<WebhookTurns["giveBack"]>[1]; readonly seen: Seen },
): Promise<void> => {
  const { gone, ...health } = seen;
  const { failingSince } = await turns.giveBack(endpoint.id, turn, health);
  if (gone) return disable(endpoint, "gone");
  const isFailing = failingSince !== null && clock.now() - failingSince >= failingAfterMs(intervalMs());
  if (isFailing && health.failed && !health.succeeded) await disable(endpoint, "failing");
};

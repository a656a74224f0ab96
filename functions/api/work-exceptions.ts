/**
 * What people do about an exception: give it to somebody, note what they found, resolve it. The rules are the domain's;
 * its refusals are this door's problems, word for word. What must stay true: what a person did is in the exception's
 * history under their key, and nothing here moves money or changes a transaction.
 */
import type { Clock } from "../domain/clock.ts";
import { decideException } from "../domain/decide-exception.ts";
import type { ExceptionAct, ExceptionEvent } from "../domain/decide-exception.ts";
import type { Exception } from "../domain/exception.ts";
import { maskText } from "../domain/masking.ts";
import type { Log } from "../runtime/logger.ts";
import type { ExceptionLedger } from "../store/exception-ledger.ts";
import type { ROUTES } from "./contract.ts";
import type { Call, Endpoint } from "./endpoint.ts";
import { workedException } from "./exception-view.ts";
import { ownException } from "./read-exceptions.ts";
import { ok, problem } from "./reply.ts";
import type { Reply } from "./reply.ts";

export interface WorkDeps {
  readonly exceptions: Pick<ExceptionLedger, "read" | "change">;
  readonly clock: Clock;
  readonly log: Log;
  readonly wait: (ms: number) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export type Work = Pick<Call<typeof ROUTES.askAboutException>, "caller" | "params" | "requestId">;

/** How often an exception may change under us before we give up, and how far apart writers step at most. */
const ROUNDS = 5;
const APART_MS = 100;

export const actOf = ({ caller, requestId }: Work, { clock }: Pick<WorkDeps, "clock">): ExceptionAct => ({
  at: clock.now(),
  by: `key:${caller.keyId}`,
  requestId,
});

const tell = ({ log }: WorkDeps, { id, kind }: Exception, event: ExceptionEvent): void =>
  log.info("exception.worked", {
    exception: id,
    kind,
    event: event.event,
    ...(event.event === "resolved" ? { resolution: event.resolution } : {}),
  });

/** Decides on what is there and writes; null when somebody else was faster. */
const attempt = async (
  deps: WorkDeps,
  exception: Exception,
  what: { readonly event: ExceptionEvent; readonly act: ExceptionAct },
): Promise<Reply | null> => {
  const decision = decideException(exception, what.event, what.act);
  if (decision.decision === "refuse") return problem(decision.because);
  const next = decision.decision === "write" ? await deps.exceptions.change(exception, what) : exception;
  if (next === null) return null;
  if (decision.decision === "write") tell(deps, next, what.event);
  return ok(workedException(next, deps.clock.now()));
};

/** Lets `event` happen to the caller's exception, and answers with the exception as it is then. */
export const work = async (deps: WorkDeps, call: Work, event: ExceptionEvent): Promise<Reply> => {
  const act = actOf(call, deps);
  for (let round = 0; round < ROUNDS; round += 1) {
    const exception = await ownException(deps.exceptions, call.caller.storefront, call.params.id);
    if (!exception) return problem("not_found");
    const reply = await attempt(deps, exception, { event, act });
    if (reply !== null) return reply;
    await deps.wait(deps.random() * APART_MS);
  }
  return problem("unavailable");
};

export const assignException =
  (deps: WorkDeps): Endpoint<typeof ROUTES.assignException> =>
  (call) => {
    const { owner } = call.body;
    return work(deps, call, { event: "assigned", owner: owner === null ? null : maskText(owner) });
  };

export const noteException =
  (deps: WorkDeps): Endpoint<typeof ROUTES.noteException> =>
  (call) =>
    work(deps, call, { event: "noted", note: maskText(call.body.note) });

export const resolveException =
  (deps: WorkDeps): Endpoint<typeof ROUTES.resolveException> =>
  (call) => {
    const { resolution, note } = call.body;
    return work(deps, call, { event: "resolved", resolution, note: maskText(note) });
  };

/**
 * What people do about an exception: give it to somebody, note what they found, resolve it. The rules are the domain's;
 * its refusals are this door's problems, word for word. What must stay true: what a person did is in the exception's
 * history under their key, and nothing here moves money or changes a transaction.
 */
import type { Clock } from "../domain/clock.ts";
import type { ExceptionAct, ExceptionEvent } from "../domain/decide-exception.ts";
import { maskText } from "../domain/masking.ts";
import { tendException } from "../payments/tend-exception.ts";
import type { TendExceptionDeps } from "../payments/tend-exception.ts";
import type { ExceptionLedger } from "../store/exception-ledger.ts";
import type { ROUTES } from "./contract.ts";
import type { Call, Endpoint } from "./endpoint.ts";
import { workedException } from "./exception-view.ts";
import { ownException } from "./read-exceptions.ts";
import { ok, problem } from "./reply.ts";
import type { Reply } from "./reply.ts";

export interface WorkDeps extends TendExceptionDeps {
  readonly exceptions: Pick<ExceptionLedger, "read" | "change">;
  readonly clock: Clock;
}

export type Work = Pick<Call<typeof ROUTES.askAboutException>, "caller" | "params" | "requestId">;

export const actOf = ({ caller, requestId }: Work, { clock }: Pick<WorkDeps, "clock">): ExceptionAct => ({
  at: clock.now(),
  by: `key:${caller.keyId}`,
  requestId,
});

/** Lets `event` happen to the caller's exception, and answers with the exception as it is then. */
export const work = async (deps: WorkDeps, call: Work, event: ExceptionEvent): Promise<Reply> => {
  const find = () => ownException(deps.exceptions, call.caller.storefront, call.params.id);
  const tended = await tendException(deps)({ find, event, act: actOf(call, deps) });
  switch (tended.tended) {
    case "yes":
      return ok(workedException(tended.exception, deps.clock.now()));
    case "refused":
      return problem(tended.because);
    case "missing":
      return problem("not_found");
    case "busy":
      return problem("unavailable");
  }
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
